using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>Saves of a template, the version that is published, and pins.</summary>
public sealed class TemplateVersionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LocalServer _server = null!;

    private ApiClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await LocalServer.StartAsync(_database);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Every_save_is_listed_with_its_author_its_reason_and_what_has_run_it()
    {
        var template = await Client.SaveAsync(File("one"));
        await Client.RestAsync(await Client.StartAsync(template));
        await SaveAgainAsync(template, "two", "shorter");
        // Another program saves too.
        await _database.ExecuteAsync("UPDATE workflow_templates SET nodes_json = jsonb_set(nodes_json, '{0,data,template}', '\"three\"'), "
            + "updated_at = NOW() WHERE id = $1", template);

        var saves = (await Client.GetAsync($"/api/templates/{template}/versions"))["items"].EnumerateArray().ToList();

        Assert.Equal([null, "shorter", null], saves.Select(save => save.GetProperty("message").GetString()));
        Assert.Equal([null, "user", "user"], saves.Select(save => save.GetProperty("saved_by").GetString()));
        Assert.Equal([0, 0, 1], saves.Select(save => save.GetProperty("executions").GetInt32()));
        var page = await Client.GetAsync($"/api/templates/{template}/versions?limit=2");
        Assert.Equal(
            saves[2].GetProperty("id").GetString(),
            (await Client.GetAsync($"/api/templates/{template}/versions?cursor={page["next_cursor"].GetString()}"))["items"]
                [0]
                .GetProperty("id")
                .GetString());
        var first = await Client.GetAsync($"/api/templates/{template}/versions/{saves[2].GetProperty("version").GetString()}");
        Assert.Equal("one", first["nodes_json"][0].GetProperty("data").GetProperty("template").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/api/templates/{template}/versions/nothing")).Status);
    }

    [Fact]
    public async Task A_published_version_runs_whatever_is_saved_until_it_is_taken_back()
    {
        var template = await Client.SaveAsync(File("published", new { word = "then" }));
        Assert.Equal(HttpStatusCode.OK, (await Client.PostAsync($"/api/templates/{template}/publish")).Status);
        var version = (await Client.GetAsync($"/api/templates/{template}"))["published_version"].GetString()!;
        await SaveAgainAsync(template, "edited", "not yet");
        var parent = await Client.SaveAsync(new Drawing("parent").Node("child", "sub_workflow", new { template_id = template }).ToFile());

        Assert.Equal(("published", "then"), Said(await Client.RestAsync(await Client.StartAsync(template))));
        var child = (await Client.RestAsync(await Client.StartAsync(parent)))["outputs"].GetProperty("child").GetProperty("outputs")
            .GetProperty("say");
        Assert.Equal("published", child.GetProperty("text").GetString());

        Assert.Equal(HttpStatusCode.OK, (await Client.DeleteAsync($"/api/templates/{template}/publish")).Status);
        Assert.Equal("edited", Said(await Client.RestAsync(await Client.StartAsync(template))).Text);
        // What is pinned runs all the same.
        var pinned = await Client.PostAsync("/api/executions", new { template_id = template, config = new { template_version = version } });
        Assert.Equal("published", Said(await Client.RestAsync(pinned.Id)).Text);
        var pinning = await Client.SaveAsync(
            new Drawing("pinning").Node("child", "sub_workflow", new { template_id = template, version }).ToFile());
        Assert.Contains(
            "published", (await Client.RestAsync(await Client.StartAsync(pinning)))["outputs"].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_the_template_does_not_have_is_refused()
    {
        var template = await Client.SaveAsync(File("one"));
        var other = await Client.SaveAsync(File("other"));
        var foreign = (await Client.GetAsync($"/api/templates/{other}/versions"))["items"][0].GetProperty("version").GetString();

        foreach (var version in new[] { foreign, "nothing" })
        {
            var config = new { template_version = version };
            Assert.Equal(
                "/version", Assert.Single((await Client.PostAsync($"/api/templates/{template}/publish", new { version })).Pointers));
            Assert.Equal(
                "/config/template_version",
                Assert.Single((await Client.PostAsync("/api/executions", new { template_id = template, config })).Pointers));
            Assert.Equal(
                "/config/template_version",
                Assert.Single(
                    (await Client.PostAsync("/api/schedules", new { template_id = template, cron = "0 0 1 1 *", config })).Pointers));
            Assert.Equal(
                "/config/template_version",
                Assert.Single((await Client.PostAsync("/api/hooks", new { template_id = template, config })).Pointers));
        }
    }

    [Fact]
    public async Task Pins_are_kept_apart_from_the_version()
    {
        var template = await Client.SaveAsync(File("one"));
        await Client.PostAsync($"/api/templates/{template}/publish");
        var version = (await Client.GetAsync($"/api/templates/{template}"))["published_version"].GetString();

        await Client.PutAsync($"/api/templates/{template}/pins/say", new { output = new { text = "pinned" }, branch = "left" });
        var pinned = await Client.PutAsync($"/api/templates/{template}/pins/other", new { output = 7 });

        Assert.Equal("pinned", pinned["pins_json"].GetProperty("say").GetProperty("output").GetProperty("text").GetString());
        Assert.Equal(7, pinned["pins_json"].GetProperty("other").GetProperty("output").GetInt32());
        Assert.Equal("left", pinned["pins_json"].GetProperty("say").GetProperty("branch").GetString());
        Assert.Equal("one", Said(await Client.RestAsync(await Client.StartAsync(template))).Text);
        var unpinned = await Client.DeleteAsync($"/api/templates/{template}/pins/say");
        Assert.False(unpinned["pins_json"].TryGetProperty("say", out _));
        await Client.PostAsync($"/api/templates/{template}/publish");
        Assert.Equal(version, (await Client.GetAsync($"/api/templates/{template}"))["published_version"].GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.PutAsync($"/api/templates/{template}/pins/say", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PutAsync("/api/templates/nobody/pins/say", new { output = 1 })).Status);
    }

    private static JsonElement File(string text, object? defaults = null)
    {
        var file = new Drawing("Versions").Node("say", "transform", new { template = text }).ToFile();
        file["default_params"] = JsonSerializer.SerializeToNode(defaults ?? new { });
        return JsonSerializer.SerializeToElement(file);
    }

    private async Task SaveAgainAsync(string template, string text, string message)
    {
        var file = JsonSerializer.SerializeToNode(File(text, new { word = "now" }))!.AsObject();
        file["message"] = message;
        Assert.Equal(HttpStatusCode.OK, (await Client.PutAsync($"/api/templates/{template}", file)).Status);
    }

    private static (string? Text, string? Word) Said(ApiAnswer execution) => (
        execution["outputs"].GetProperty("say").GetProperty("text").GetString(),
        execution["config_json"].GetProperty("params").TryGetProperty("word", out var word) ? word.GetString() : null);
}
