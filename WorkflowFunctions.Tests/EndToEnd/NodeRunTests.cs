using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>What happens to nodes when they are run: retries, time-outs, errors, branches, joins.</summary>
public sealed class NodeRunTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private LocalServer _server = null!;
    private EffectCounter _effects = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await LocalServer.StartAsync(_database, new Dictionary<string, string?> { ["Secrets:token"] = "s3cr3t-t0k3n" });
        _effects = await EffectCounter.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _effects.DisposeAsync();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_execution_whose_node_had_failed_before_a_crash_says_why_it_failed()
    {
        var template = await _server.Client.SaveAsync(new Drawing("crash").Node("ask", "approval").ToFile());
        var id = await _server.Client.StartAsync(template);
        await _server.Client.UntilAsync(id, "ask", "waiting");
        await _server.DisposeAsync();
        // What a process leaves that dies between the failure of a node and the end of the execution.
        await _database.ExecuteAsync(
            """
            UPDATE agent_jobs SET status = 'failed', error_message = 'The lid leaks.', wake_at = NULL, waits_for = NULL, completed_at = NOW()
            WHERE execution_id = $1 AND node_id = 'ask'
            """,
            id);
        await _database.ExecuteAsync("UPDATE workflow_executions SET wake_at = NULL WHERE id = $1", id);

        _server = await LocalServer.StartAsync(_database);
        var execution = await _server.Client.RestAsync(id);

        Assert.Equal(("failed", "ask: The lid leaks."), (execution.State, execution["error_message"].GetString()));
    }

    [Fact]
    public async Task An_execution_whose_node_in_a_loop_had_failed_before_a_crash_says_why_it_failed()
    {
        var id = await _server.Client.StartFileAsync(new Drawing("crash in a loop")
            .Node("each", "for_each", new { items = new[] { 1, 2 } })
            .Inside("each", "ask", "approval").ToFile());
        await _server.Client.UntilAsync(id, "ask#0", "waiting");
        await _server.Client.UntilAsync(id, "ask#1", "waiting");
        await _server.DisposeAsync();
        await _database.ExecuteAsync(
            """
            UPDATE agent_jobs
            SET status = 'failed', error_message = 'The lid leaks.', wake_at = NULL, waits_for = NULL, completed_at = NOW()
            WHERE execution_id = $1 AND node_id = 'ask#1'
            """,
            id);
        await _database.ExecuteAsync("UPDATE workflow_executions SET wake_at = NULL WHERE id = $1", id);

        _server = await LocalServer.StartAsync(_database);
        var execution = await _server.Client.RestAsync(id);

        Assert.Equal("failed", execution.State);
        Assert.Contains("ask: The lid leaks.", execution["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_and_notes_do_not_run_and_the_handle_of_a_node_without_branches_means_nothing()
    {
        var drawing = new Drawing("drawn")
            .Node("frame", "group")
            .Inside("frame", "first", "transform", new { template = "tea" })
            .Node("why", "annotation", new { label = "Why" })
            .Node("hint", "sticky", new { note = "Ask Ada." })
            .Node("end", "output", new { value = "{{ nodes.first.text }}" }, "first/right");
        var template = await _server.Client.SaveAsync(drawing.ToFile());

        var execution = await _server.Client.RestAsync(await _server.Client.StartAsync(template));

        Assert.Equal(("completed", "tea"), (execution.State, execution["outputs"].GetProperty("end").GetString()));
        Assert.Equal(["end", "first"], execution["jobs"].EnumerateArray().Select(job => job.GetProperty("node_id").GetString()).Order());
        Assert.Equal(5, (await _server.Client.GetAsync($"/api/templates/{template}"))["nodes_json"].GetArrayLength());
    }

    [Fact]
    public async Task The_title_of_an_image_is_one_line()
    {
        var execution = await RunAsync(new Drawing("lines").Node("draw", "generate_image", new { prompt = "A cup\nof  tea" }));

        var image = Job(execution, "draw").GetProperty("output").GetProperty("image_ids")[0].GetString()!;
        Assert.Equal(["A cup of tea"], await _database.QueryAsync<string>("SELECT title::text FROM documents WHERE id = $1", image));
    }

    [Fact]
    public async Task An_output_has_the_fields_that_its_node_type_declares()
    {
        var child = await _server.Client.SaveAsync(new Drawing("child").Node("end", "output", new { value = 1 }).ToFile());
        var execution = await RunAsync(
            new Drawing("all kinds")
                .Node("copy", "generate_copy", new { prompt = "Write.", save_document = true })
                .Node("image", "generate_image", new { prompt = "Draw." })
                .Node(
                    "attach", "attach_images",
                    new { document_id = "{{ nodes.copy.document_ids[0] }}", image_ids = "{{ nodes.image.image_ids }}" }, "copy", "image")
                .Node("call", "http_request", new { method = "POST", url = $"{_effects.Address}/count/declared" })
                .Node("if", "condition", new { @if = "true" })
                .Node("which", "switch", new { value = "a", cases = new[] { "a" } })
                .Node("wait", "delay", new { seconds = 0.01 })
                .Node("each", "for_each", new { items = new[] { 1, 2 } })
                .Inside("each", "item", "merge")
                .Node("sub", "sub_workflow", new { template_id = child }));
        var declared = (await _server.Client.GetAsync("/api/node-types"))
            .Json.EnumerateArray()
            .ToDictionary(
                type => type.GetProperty("name").GetString()!,
                type => type.GetProperty("outputs").EnumerateArray().Select(path => path.GetString()!).ToList());

        Assert.Equal("completed", execution.State);
        foreach (var job in execution["jobs"].EnumerateArray())
        {
            foreach (var path in declared[job.GetProperty("job_type").GetString()!])
                Assert.True(
                    path.Split('.')
                        .Aggregate(
                            (JsonElement?)job.GetProperty("output"),
                            (value, name) =>
                                value is { ValueKind: JsonValueKind.Object } && value.Value.TryGetProperty(name, out var member)
                                    ? member
                                    : null)
                        is not null,
                    $"{job.GetProperty("node_id")} has no {path}.");
        }

        Assert.Equal(
            ["tokens.input", "tokens.output"],
            declared["generate_copy"].Where(path => path.StartsWith("tokens", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_text_that_is_cut_does_not_end_in_half_a_character()
    {
        var execution = await RunAsync(
            new Drawing("half").Node("draw", "generate_image", new { prompt = new string('a', 79) + "🍵 and more" }));

        var image = Job(execution, "draw").GetProperty("output").GetProperty("image_ids")[0].GetString()!;
        Assert.Equal(
            [new string('a', 79) + "…"], await _database.QueryAsync<string>("SELECT title::text FROM documents WHERE id = $1", image));
    }

    [Fact]
    public async Task A_failed_attempt_is_tried_again_and_each_attempt_is_an_event()
    {
        _effects.FailuresBefore["flaky"] = 2;

        var execution = await RunAsync(new Drawing("flaky").Node("call", "http_request", new
        {
            method = "POST",
            url = $"{_effects.Address}/count/flaky",
            retry = new { max_attempts = 3, delay_seconds = 0.01 },
        }));

        Assert.Equal("completed", execution.State);
        Assert.Equal(3, Job(execution, "call").GetProperty("attempt").GetInt32());
        Assert.Equal(3, _effects.Counts["flaky"]);
        Assert.Equal(
            ["node_started", "node_retrying", "node_started", "node_retrying", "node_started", "node_completed"],
            await EventsAsync(execution.Id, "call"));
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, execution.Id);
    }

    [Fact]
    public async Task The_last_failed_attempt_fails_the_execution_and_says_why()
    {
        _effects.FailuresBefore["down"] = 100;

        var execution = await RunAsync(new Drawing("down")
            .Node("call", "http_request", new
            {
                label = "Call the shop",
                method = "POST",
                url = $"{_effects.Address}/count/down",
                retry = new { max_attempts = 2, delay_seconds = 0.01 },
            })
            .Node("after", "merge", null, "call"));

        Assert.Equal("failed", execution.State);
        Assert.Equal(2, _effects.Counts["down"]);
        Assert.StartsWith("Call the shop: POST", execution["error_message"].GetString());
        Assert.Contains("503", execution["error_message"].GetString());
        Assert.Equal("failed", Job(execution, "call").GetProperty("status").GetString());
        Assert.Equal("failed", Assert.Single(execution["jobs"].EnumerateArray()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_stopped()
    {
        _effects.Delay = TimeSpan.FromSeconds(30);

        var execution = await RunAsync(new Drawing("slow").Node("call", "http_request", new
        {
            method = "POST",
            url = $"{_effects.Address}/count/slow",
            timeout_seconds = 0.2,
            retry = new { max_attempts = 1 },
        }));

        Assert.Equal("failed", execution.State);
        Assert.Contains("timeout_seconds", execution["error_message"].GetString());
    }

    [Fact]
    public async Task An_error_can_be_an_output_or_a_branch()
    {
        var execution = await RunAsync(new Drawing("errors")
            .Node("soft", "fail", new { message = "soft", on_error = "continue" })
            .Node("reads", "transform", new { fields = new { message = "{{ nodes.soft.error.message }}" } }, "soft")
            .Node("hard", "fail", new { message = "hard", on_error = "branch" })
            .Node("rescued", "transform", new { template = "{{ nodes.hard.error.message }} rescued" }, "hard/error")
            .Node("not-reached", "merge", null, "hard"));

        Assert.Equal("completed", execution.State);
        Assert.Equal("soft", execution["outputs"].GetProperty("reads").GetProperty("message").GetString());
        Assert.Equal("hard rescued", execution["outputs"].GetProperty("rescued").GetProperty("text").GetString());
        Assert.Equal("skipped", Job(execution, "not-reached").GetProperty("status").GetString());
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, execution.Id);
    }

    [Fact]
    public async Task Branches_are_taken_and_skipped_and_come_together()
    {
        var execution = await RunAsync(
            new Drawing("branches")
                .Node("check", "condition", new Dictionary<string, object> { ["if"] = "params.score > 0.5" })
                .Node("high", "transform", new { template = "high" }, "check/true")
                .Node("low", "transform", new { template = "low" }, "check/false")
                .Node("pick", "switch", new { value = "{{ params.lang }}", cases = new[] { "en", "de" } })
                .Node("english", "transform", new { template = "hello" }, "pick/en")
                .Node("german", "transform", new { template = "hallo" }, "pick/de")
                .Node("other", "transform", new { template = "?" }, "pick/default")
                .Node("end", "merge", null, "high", "low", "english", "german", "other"),
            new { score = 0.7, lang = "fr" });

        Assert.Equal("completed", execution.State);
        Assert.Equal("""{"high":{"text":"high"},"other":{"text":"?"}}""", Compact(execution["outputs"].GetProperty("end")));
        Assert.Equal(
            "english german low",
            string.Join(' ', execution["jobs"].EnumerateArray()
                .Where(job => job.GetProperty("status").GetString() == "skipped")
                .Select(job => job.GetProperty("node_id").GetString()).Order()));
        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, execution.Id);
    }

    [Fact]
    public async Task A_missing_variable_fails_the_node_and_is_named()
    {
        var execution = await RunAsync(new Drawing("missing").Node("write", "transform", new { template = "About {{ params.topic }}" }));

        Assert.Equal("failed", execution.State);
        Assert.Contains("params.topic", execution["error_message"].GetString());
        Assert.Equal(["node_started", "node_failed"], await EventsAsync(execution.Id, "write"));
    }

    [Fact]
    public async Task A_delay_waits_and_says_how_long()
    {
        var execution = await RunAsync(new Drawing("delay").Node("wait", "delay", new { seconds = 0.3 }));

        Assert.Equal("completed", execution.State);
        Assert.True(execution["outputs"].GetProperty("wait").GetProperty("waited_seconds").GetDouble() >= 0.3);
        Assert.Equal(["node_started", "node_waiting", "node_completed"], await EventsAsync(execution.Id, "wait"));
    }

    [Fact]
    public async Task Cancelling_stops_what_runs_and_what_waits()
    {
        _effects.Delay = TimeSpan.FromSeconds(60);
        var called = _effects.NextCallAsync();
        var executionId = await _server.Client.StartFileAsync(new Drawing("cancelled")
            .Node("call", "http_request", new { method = "POST", url = $"{_effects.Address}/count/cancelled" })
            .Node("wait", "delay", new { seconds = 3600 })
            .Node("after", "merge", null, "call", "wait").ToFile());
        await called;
        await _server.Client.UntilAsync(executionId, "wait", "waiting");

        var cancelled = await _server.Client.PostAsync($"/api/executions/{executionId}/cancel", new { reason = "changed my mind" });
        await _effects.AbortedAsync();
        var execution = await _server.Client.RestAsync(executionId);

        Assert.Equal(System.Net.HttpStatusCode.Accepted, cancelled.Status);
        Assert.Equal("cancelled", execution.State);
        Assert.All(execution["jobs"].EnumerateArray(), job => Assert.Equal("cancelled", job.GetProperty("status").GetString()));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, (await _server.Client.PostAsync($"/api/executions/{executionId}/resume")).Status);
    }

    [Fact]
    public async Task A_secret_reaches_the_other_side_and_nothing_that_is_recorded()
    {
        var execution = await RunAsync(new Drawing("secret").Node("call", "http_request", new
        {
            method = "POST",
            url = $"{_effects.Address}/echo",
            headers = new Dictionary<string, string> { ["Authorization"] = "Bearer {{ secrets.token }}" },
            body = new { text = "the token is {{ secrets.token }}" },
        }));

        Assert.Equal("completed", execution.State);
        Assert.Equal("Bearer s3cr3t-t0k3n", _effects.LastAuthorization);
        foreach (var table in (string[])
                [
                    "agent_jobs", "workflow_execution_events", "workflow_checkpoints", "workflow_executions", "celery_tasks",
                    "workflow_execution_metrics",
                ])
            Assert.DoesNotContain(
                await _database.QueryAsync<string>($"SELECT row_to_json(t)::text FROM {table} t"),
                row => row.Contains("s3cr3t-t0k3n", StringComparison.Ordinal));
        Assert.Contains("the token is ***", Job(execution, "call").GetProperty("output").GetRawText());
    }

    [Fact]
    public async Task What_PostgreSQL_cannot_store_in_an_answer_is_replaced()
    {
        var execution = await RunAsync(new Drawing("odd").Node("call", "http_request", new { url = $"{_effects.Address}/odd" }));

        Assert.Equal("completed", execution.State);
        Assert.Equal(
            "a\ufffdb\ufffdc\\u0000", execution["outputs"].GetProperty("call").GetProperty("body").GetProperty("text").GetString());
    }

    private async Task<ApiAnswer> RunAsync(Drawing drawing, object? parameters = null) =>
        await _server.Client.RestAsync(await _server.Client.StartFileAsync(drawing.ToFile(), parameters));

    private async Task<IReadOnlyList<string>> EventsAsync(string executionId, string nodeId) => await _database.QueryAsync<string>(
        "SELECT event_type FROM workflow_execution_events WHERE execution_id = $1 AND node_id = $2 AND event_type LIKE 'node%' ORDER BY "
            + "id", executionId, nodeId);

    private static JsonElement Job(ApiAnswer execution, string nodeId) =>
        execution["jobs"].EnumerateArray().Single(job => job.GetProperty("node_id").GetString() == nodeId);

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
