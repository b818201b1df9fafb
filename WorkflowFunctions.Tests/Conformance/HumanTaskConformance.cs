using System.Net;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>What workflows ask people: forms, several answers, reminders.</summary>
public abstract class HumanTaskConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task Two_of_three_people_answer_a_form_with_the_draft_as_they_would_have_it_and_the_third_is_told_that_it_is_over()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Review(), new { people = new[] { "ada", "bob", "cy" } });
        await testbed.Client.UntilAsync(id, "ask", "waiting");

        var open = (await testbed.Client.GetAsync($"/api/tasks?execution_id={id}"))["items"].EnumerateArray().Single();
        Assert.Equal(
            "Tea is good.", open.GetProperty("form").GetProperty("properties").GetProperty("text").GetProperty("default").GetString());
        var task = $"/api/tasks/{open.GetProperty("id").GetString()}/answer";

        var first = await testbed.Client.PostAsync(task, Answer("publish", "Tea is fine.", "ada"));
        Assert.Equal((HttpStatusCode.OK, "open", 1), (first.Status, first["status"].GetString(), first["answers"].GetArrayLength()));
        var again = await testbed.Client.PostAsync(task, Answer("publish", "Tea is fine.", "Ada"));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        await testbed.RestartAsync();
        var second = await testbed.Client.PostAsync(task, Answer("publish", "Tea is great.", "bob"));
        Assert.Equal((HttpStatusCode.OK, "done"), (second.Status, second["status"].GetString()));

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("Tea is great.", run["outputs"].GetProperty("end").GetString());
        Assert.Equal(
            ["ada", "bob"],
            Output(run, "ask").GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("answered_by").GetString()));
        var third = await testbed.Client.PostAsync(task, Answer("drop", "", "cy"));
        Assert.Equal(HttpStatusCode.Conflict, third.Status);
        Assert.Contains("publish, by bob", third["detail"].GetString(), StringComparison.Ordinal);
        Assert.Empty((await testbed.Client.GetAsync($"/api/tasks?execution_id={id}"))["items"].EnumerateArray());
        Assert.Single((await testbed.Client.GetAsync($"/api/tasks?execution_id={id}&status=done"))["items"].EnumerateArray());
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_or_comes_from_somebody_else_is_refused_and_the_task_stays_open()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Review(), new { people = new[] { "ada", "bob", "cy" } });
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        var task = $"/api/tasks/{id}:ask/answer";

        var wrong = await testbed.Client.PostAsync(
            task, new { decision = "maybe", values = new { text = "", when = "soon", count = 1.5 }, decided_by = "ada" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(["/decision", "/values/count", "/values/text", "/values/when"], wrong.Pointers.Order(StringComparer.Ordinal));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await testbed.Client.PostAsync(task, new { decision = "publish", values = "text", decided_by = "ada" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await testbed.Client.PostAsync(task, Answer("publish", "Tea", "dan"))).Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await testbed.Client.PostAsync($"/api/tasks/{id}:draft/answer", Answer("publish", "Tea", "ada"))).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await testbed.Client.PostAsync($"/api/executions/{id}/signals/answer-to%3Aask", Answer("publish", "Tea", "ada"))).Status);
        var read = await testbed.Client.GetAsync($"/api/tasks/{id}:ask");
        Assert.Equal(("open", 0), (read["status"].GetString(), read["answers"].GetArrayLength()));
    }

    [Fact]
    public async Task When_all_have_answered_and_too_few_say_the_same_the_last_choice_is_taken()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("split")
            .Node("ask", "approval", new { assignees = new[] { "ada", "bob" }, required = 2, timeout_seconds = 3600 })
            .Node("no", "transform", new { template = "no" }, "ask/rejected"));
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved", decided_by = "ada" });
        await testbed.DoAsync(id, "signals/ask", new { decision = "rejected", comment = "No.", decided_by = "bob" });

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(("completed", "No."), (Statuses(run)["no"], Output(run, "ask").GetProperty("comment").GetString()));
    }

    [Fact]
    public async Task Those_who_are_asked_are_reminded_once_and_others_are_asked_from_then_on()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("late").Node(
                "ask", "approval",
                new { assignees = new[] { "ada" }, remind_after_seconds = 0.3, escalate_to = new[] { "eve" }, timeout_seconds = 3600 }));
        IReadOnlyList<string?> told;
        do
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            told = [.. (await testbed.Client.GetAsync($"/api/executions/{id}/events?limit=100"))["items"].EnumerateArray()
                .Where(item => item.GetProperty("event_type").GetString() == "node_waiting")
                .Select(item => item.GetProperty("event_data").GetProperty("asked").GetString())];
        }
        while (told.Count < 2);

        Assert.Equal(["opened", "reminded"], told.Order(StringComparer.Ordinal));
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved", decided_by = "eve" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_task_that_is_asked_anew_counts_no_answer_of_before()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("anew")
            .Node("ask", "approval", new { assignees = new[] { "ada", "bob" }, required = 2, timeout_seconds = 1 }));
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved", decided_by = "ada" });
        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        await testbed.DoAsync(id, "retry?from=start");
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        Assert.Equal(0, (await testbed.Client.GetAsync($"/api/tasks/{id}:ask"))["answers"].GetArrayLength());
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved", decided_by = "ada" });
        await testbed.DoAsync(id, "signals/ask", new { decision = "approved", decided_by = "bob" });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task Of_answers_that_come_at_once_each_is_counted_and_one_decides()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("crowd").Node("ask", "approval", new { required = 5 }));
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number =>
            testbed.Client.PostAsync($"/api/tasks/{id}:ask/answer", new { decision = "approved", decided_by = $"p{number}" })));

        Assert.Equal(
            (5, 3),
            (answers.Count(answer => answer.Status == HttpStatusCode.OK),
                answers.Count(answer => answer.Status == HttpStatusCode.Conflict)));
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal(
            5,
            Output(run, "ask")
                .GetProperty("answers")
                .EnumerateArray()
                .Select(answer => answer.GetProperty("answered_by").GetString())
                .Distinct()
                .Count());
    }

    private static Drawing Review() => new Drawing("review")
        .Node("draft", "transform", new { fields = new { text = "Tea is good." } })
        .Node(
            "ask",
            "approval",
            new
            {
                message = "Publish **this**?",
                choices = new[] { "publish", "drop" },
                assignees = "{{ params.people }}",
                required = 2,
                form = JsonElement.Parse("""
                    {
                      "type": "object",
                      "required": ["text"],
                      "properties": {
                        "text": { "type": "string", "title": "Text", "format": "multiline", "default": "{{ nodes.draft.text }}", "minLength": 1 },
                        "when": { "type": "string", "format": "date" },
                        "count": { "type": "integer" }
                      }
                    }
                    """),
            },
            "draft")
        .Node("end", "output", new { value = "{{ nodes.ask.values.text }}" }, "ask/publish");

    private static object Answer(string decision, string text, string name) =>
        new { decision, values = new { text }, comment = "So be it.", decided_by = name };
}
