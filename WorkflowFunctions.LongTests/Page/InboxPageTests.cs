using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Access;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>How people answer what workflows ask: in the inbox, and by a link.</summary>
public sealed class InboxPageTests(PostgresFixture postgres, BrowserFixture browser)
{
    [Fact]
    public async Task Two_of_three_people_answer_with_the_draft_as_they_would_have_it_and_the_third_is_told_that_it_is_over()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?> { ["Access:Required"] = "true" });
        using var admin = new ApiClient(server.Client.Http.BaseAddress!);
        admin.Http.DefaultRequestHeaders.Authorization = new("Bearer", await KeyAsync(database, "root"));
        var execution = await admin.StartFileAsync(Review().ToFile());
        await admin.UntilAsync(execution, "ask", "waiting");
        var people = new List<Visit>();
        foreach (var name in new[] { "ada", "bob", "cy" })
        {
            var visit = await browser.OpenAsync(server.Client.Http.BaseAddress!);
            people.Add(visit);
            await visit.Page.GetByLabel("Key or token").First.FillAsync(await KeyAsync(database, name));
            await visit.Button("Log in").ClickAsync();
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Inbox" }).ClickAsync();
            await Expect(visit.Page.GetByLabel("1 open")).ToBeVisibleAsync();
            await Expect(visit.Page.GetByLabel("Text")).ToHaveValueAsync("Tea is good.");
        }

        // The third one's page does not hear of the others before he answers himself.
        var answered = new TaskCompletionSource();
        await people[2].Page.RouteAsync("**/api/tasks**", async route =>
        {
            if (route.Request.Method == "GET")
                await answered.Task;
            await route.ContinueAsync();
        });

        await people[0].Page.GetByLabel("Text").FillAsync("");
        await people[0].Button("Publish").ClickAsync();
        await Expect(people[0].Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await people[0].Page.GetByLabel("Text").FillAsync("Tea is fine.");
        await people[0].Button("Publish").ClickAsync();
        await Expect(people[0].Page.GetByText("Waiting for ada, bob, cy.")).ToBeVisibleAsync();
        await people[1].Page.GetByLabel("Text").FillAsync("Tea is great.");
        await people[1].Button("Publish").ClickAsync();
        await Expect(people[1].Page.GetByText("Closed: publish, by bob.")).ToBeVisibleAsync();
        await people[2].Page.RunAndWaitForResponseAsync(
            () => people[2].Button("Publish").ClickAsync(),
            response => response.Status == 409 && response.Url.EndsWith("/answer", StringComparison.Ordinal));
        answered.SetResult();
        await Expect(people[2].Page.GetByText("Closed: publish, by bob.")).ToBeVisibleAsync();

        var run = await admin.RestAsync(execution);
        Assert.Equal(("completed", "Tea is great."), (run.State, run["outputs"].GetProperty("end").GetString()));
        foreach (var visit in people)
        {
            visit.AssertNoErrors();
            await visit.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_link_is_answered_without_a_login_once_and_the_next_task_is_a_key_away()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        foreach (var name in new[] { "First?", "Second?" })
        {
            var id = await server.Client.StartFileAsync(new Drawing(name).Node("ask", "approval", new { message = name }).ToFile());
            await server.Client.UntilAsync(id, "ask", "waiting");
        }

        await using var visit = await browser.OpenAsync(new Uri(server.Client.Http.BaseAddress!, "/inbox"));
        var task = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Task" });
        await Expect(task.GetByText("Second?")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(task.GetByText("First?")).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("k");
        await Expect(task.GetByText("Second?")).ToBeVisibleAsync();
        var found = await visit.Page.RunAxe();
        Assert.Empty(
            found
                .Violations.Where(one => one.Impact is "serious" or "critical")
                .SelectMany(one => one.Nodes.Select(node => $"{one.Help}: {node.Html}")));

        var asked = (await server.Client.GetAsync("/api/tasks"))["items"].EnumerateArray().First().GetProperty("id").GetString();
        var link = await server.Client.PostAsync($"/api/tasks/{asked}/links", new { answers_as = "eve@example.com" });
        await visit.Page.GotoAsync(link["url"].GetString()!);
        await Expect(visit.Page.GetByText("You answer as eve@example.com.")).ToBeVisibleAsync();
        await visit.Button("Approve").ClickAsync();
        await Expect(visit.Page.GetByText("Thank you. It is decided.")).ToBeVisibleAsync();
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.GetByText("This link cannot be used")).ToBeVisibleAsync();
        visit.AssertNoErrors();
    }

    private static async Task<string> KeyAsync(TestDatabase database, string name)
    {
        await using var services = TwoWorkspaces.Services(database.ConnectionString, RowSecurityMode.Auto);
        var key = ApiKeySecret.New();
        await services.GetRequiredService<ApiKeyStore>().CreateAsync(
            new ApiKeyRow { Id = Ids.New("key"), Name = name, Scope = name == "root" ? "admin" : "run" }, key,
            TestContext.Current.CancellationToken);
        return key;
    }

    private static Drawing Review() => new Drawing("Review")
        .Node("draft", "transform", new { fields = new { text = "Tea is good." } })
        .Node(
            "ask",
            "approval",
            new
            {
                message = "Publish **this**?",
                choices = new[] { "publish", "drop" },
                assignees = new[] { "ada", "bob", "cy" },
                required = 2,
                form = JsonElement.Parse("""
                    {
                      "type": "object", "required": ["text"],
                      "properties": { "text": { "type": "string", "format": "multiline", "default": "{{ nodes.draft.text }}", "minLength": 1 } }
                    }
                    """),
            },
            "draft")
        .Node("end", "output", new { value = "{{ nodes.ask.values.text }}" }, "ask/publish");
}
