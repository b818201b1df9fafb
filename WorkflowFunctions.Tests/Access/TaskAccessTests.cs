using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Access;

/// <summary>Who sees and answers what workflows ask: by name, by group, and by a link without a login.</summary>
public class TaskAccessTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    [Fact]
    public async Task A_task_is_in_the_list_of_those_whom_it_asks_and_answered_by_them_alone()
    {
        using var ada = await ClientAsync("ada");
        using var bob = await ClientAsync("bob", "Editors");
        using var eve = await ClientAsync("eve");
        var named = await AskAsync(ada, new { message = "Go?", assignees = new[] { "Ada" } });
        var grouped = await AskAsync(ada, new { groups = new[] { "editors" } });
        var open = await AskAsync(ada, new { not_by = new[] { "{{ execution.created_by }}" } });

        Assert.Equal([named], await ListAsync(ada, "me", named, grouped, open));
        Assert.Equal([open], await ListAsync(bob, "me", named, grouped, open));
        Assert.Equal([grouped], await ListAsync(bob, "groups", named, grouped, open));
        Assert.Empty(await ListAsync(eve, "groups", named, grouped, open));
        Assert.Equal([named, grouped, open], await ListAsync(eve, "anyone", named, grouped, open));
        foreach (var (client, task, status) in new[]
        {
            (eve, named, HttpStatusCode.Forbidden), (eve, grouped, HttpStatusCode.Forbidden), (ada, open, HttpStatusCode.Forbidden),
            (ada, named, HttpStatusCode.OK), (bob, grouped, HttpStatusCode.OK), (eve, open, HttpStatusCode.OK),
        })
        {
            Assert.Equal(status is HttpStatusCode.OK, (await client.GetAsync($"/api/tasks/{task}"))["may_answer"].GetBoolean());
            var answer = await client.PostAsync($"/api/tasks/{task}/answer", new { decision = "approved", decided_by = "the board" });
            Assert.Equal((task, status), (task, answer.Status));
        }

        var run = await ada.RestAsync(grouped.Split(':')[0]);
        Assert.Equal("bob", run["outputs"].GetProperty("ask").GetProperty("decided_by").GetString());
        Assert.Equal([named], await ListAsync(ada, "me", [named], status: "done"));
    }

    [Fact]
    public async Task A_link_answers_one_task_once_without_a_login_until_it_is_revoked_or_its_time_is_over()
    {
        using var admin = await ClientAsync("root");
        var task = await AskAsync(admin, new { message = "Go?", assignees = new[] { "ada@example.com", "bob@example.com" }, required = 2 });
        Assert.Equal(["/answers_as"], (await admin.PostAsync($"/api/tasks/{task}/links", new { answers_as = "eve@example.com" })).Pointers);
        var link = await admin.PostAsync($"/api/tasks/{task}/links", new { answers_as = "ada@example.com" });
        var revoked = await admin.PostAsync($"/api/tasks/{task}/links", new { answers_as = "bob@example.com" });
        var late = await admin.PostAsync($"/api/tasks/{task}/links", new { answers_as = "bob@example.com", expires_in_seconds = 60 });
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/tasks/{task}/links/{revoked.Id}")).Status);
        await api.Database.ExecuteAsync("UPDATE workflow_task_links SET expires_at = NOW() WHERE id = $1", late.Id);
        string Address(ApiAnswer made) => "/api" + new Uri(made["url"].GetString()!).AbsolutePath;

        var anyone = api.Server.Client;
        Assert.Equal(
            ("Go?", true),
            (
                (await anyone.GetAsync(Address(link)))["message"].GetString(),
                (await anyone.GetAsync(Address(link)))["may_answer"].GetBoolean()));
        Assert.Equal(HttpStatusCode.BadRequest, (await anyone.PostAsync(Address(link), new { decision = "maybe" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await anyone.PostAsync(Address(link), new { decision = "approved", decided_by = "eve" })).Status);
        foreach (var address in new[] { Address(link), Address(revoked), Address(late), "/api/answers/AAAA" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync(address)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await anyone.PostAsync(address, new { decision = "approved" })).Status);
        }

        var answer = (await admin.GetAsync($"/api/tasks/{task}"))["answers"].EnumerateArray().Single();
        Assert.Equal(("ada@example.com", link.Id), (answer.GetProperty("answered_by").GetString(), answer.GetProperty("link").GetString()));
        Assert.Equal(
            [true, false, false],
            (await admin.GetAsync($"/api/tasks/{task}/links")).Json.EnumerateArray()
                .Select(row => row.GetProperty("is_used").GetBoolean()));
        Assert.Empty(
            await api.Database.QueryAsync<string>(
                "SELECT id FROM workflow_task_links l WHERE l::text LIKE '%' || $1 || '%'", link["token"].GetString()!));
    }

    [Fact]
    public async Task A_link_shows_the_documents_of_its_task_and_no_other_one()
    {
        using var admin = await ClientAsync("root");
        var execution = await admin.StartAsync(await admin.SaveAsync(new Drawing("pictures")
            .Node("draw", "generate_image", new { prompt = "A cup", count = 4 })
            .Node("ask", "approval", new
            {
                message = "Like [this one](/api/documents/{{ nodes.draw.image_ids[1] }}/content)?",
                form = new
                {
                    type = "object",
                    properties = new
                    {
                        picture = new { type = "string", format = "image", @enum = new[] { "{{ nodes.draw.image_ids[0] }}" } },
                    },
                },
            }, "draw").ToFile()));
        await admin.UntilAsync(execution, "ask", "waiting");
        var link = await admin.PostAsync($"/api/tasks/{execution}:ask/links", new { answers_as = "ada@example.com" });
        string Address(int image, string? token = null)
        {
            var id = Uri.EscapeDataString($"{execution}:draw:image-{image}");
            return $"/api/answers/{token ?? link["token"].GetString()}/documents/{id}/content";
        }

        var anyone = api.Server.Client.Http;
        var shown = await anyone.GetAsync(Address(0), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "image/png"), (shown.StatusCode, shown.Content.Headers.ContentType?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await anyone.GetAsync(Address(1), TestContext.Current.CancellationToken)).StatusCode);
        foreach (var address in new[] { Address(2), Address(3), Address(0, "AAAA") })
            Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/tasks/{execution}:ask/links/{link.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await anyone.GetAsync(Address(0), TestContext.Current.CancellationToken)).StatusCode);
    }

    private static async Task<string> AskAsync(ApiClient client, object settings)
    {
        var execution = await client.StartAsync(await client.SaveAsync(TestWorkflows.Asking(settings)));
        await client.UntilAsync(execution, "ask", "waiting");
        return $"{execution}:ask";
    }

    /// <summary>Which of some tasks a caller finds in a list.</summary>
    private static async Task<IReadOnlyList<string>> ListAsync(ApiClient client, string asked, params string[] tasks) =>
        await ListAsync(client, asked, tasks, "open");

    private static async Task<IReadOnlyList<string>> ListAsync(ApiClient client, string asked, string[] tasks, string status)
    {
        var listed = (await client.GetAsync($"/api/tasks?asked={asked}&status={status}&limit=200"))["items"].EnumerateArray()
            .Select(item => item.GetProperty("id").GetString());
        return [.. tasks.Where(task => listed.Contains(task))];
    }

    private async Task<ApiClient> ClientAsync(string name, params string[] groups)
    {
        var key = ApiKeySecret.New();
        await api.Server.Services.GetRequiredService<ApiKeyStore>().CreateAsync(
            new ApiKeyRow { Id = Ids.New("key"), Name = name, Scope = "admin", Workspaces = [SecuredApi.Acme], Groups = groups },
            key,
            TestContext.Current.CancellationToken);
        return api.Server.ClientWith(key);
    }
}
