using System.Net;
using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using static WorkflowFunctions.Tests.Conformance.EngineTestbed;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary><c>task</c>: what workers do, over HTTP and by SQL.</summary>
public abstract class TaskConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_does_a_task_and_its_row_has_the_words_of_the_document()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Copy(), new { topic = "tea" });

        await testbed.Client.UntilAsync(id, "write", "waiting");
        Assert.Equal(
            ("tasks.generate_copy", """["tea"]""", """{"words": 20}""", "pending", 0, 2),
            await TaskAsync(testbed, id));
        var task = await ClaimAsync(testbed);
        Assert.Equal(
            ($"{id}:write", "tasks.generate_copy", """["tea"]""", """{"words":20}""", 1),
            (
                task.Id, task["name"].GetString(), task["args"].GetRawText(),
                task["kwargs"].GetRawText().Replace(" ", "", StringComparison.Ordinal), task["attempt"].GetInt32()));
        Assert.Equal("started", (await TaskAsync(testbed, id)).Status);
        Assert.Equal(
            HttpStatusCode.OK,
            (await DoAsync(testbed, task, "heartbeat", new { lease = Lease(task), progress = new { percent = 50 } })).Status);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = new { text = "Tea!" } })).Status);

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("Tea!", run["outputs"].GetProperty("end").GetString());
        Assert.Equal("success", (await TaskAsync(testbed, id)).Status);
        Assert.Equal(
            ["""{"text": "Tea!"}"""],
            await testbed.Database.QueryAsync<string>("SELECT result::text FROM celery_tasks WHERE task_id = $1", task.Id));
        Assert.Empty(await testbed.Database.QueryAsync<long>("SELECT id FROM workflow_tasks"));
    }

    [Fact]
    public async Task A_failed_attempt_is_retried_as_the_node_says_and_one_that_is_not_retryable_is_not()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("fails")
            .Node("work", "task", new { name = "work", retry = new { max_attempts = 3, delay_seconds = 0.01 } }));

        var first = await ClaimAsync(testbed);
        await DoAsync(
            testbed, first, "fail", new { lease = Lease(first), error = "No ink.", traceback = "Traceback (most recent call last): …" });
        var second = await ClaimAsync(testbed);
        Assert.Equal((first.Id, 2), (second.Id, second["attempt"].GetInt32()));
        Assert.Equal(("started", 1), ((await TaskAsync(testbed, id)).Status, (await TaskAsync(testbed, id)).Retries));
        await DoAsync(
            testbed, second, "fail",
            new { lease = Lease(second), error = "Out of paper.", traceback = "Traceback: two", retryable = false });

        var run = await testbed.Client.RestAsync(id);
        Assert.Equal("failed", run.State);
        Assert.Contains("Out of paper.", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal(("Out of paper.", 1), await FailureAsync(testbed, id));
        Assert.Equal(
            ["Traceback: two"],
            await testbed.Database.QueryAsync<string>("SELECT traceback FROM celery_tasks WHERE execution_id = $1", id));
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_goes_to_another_worker_and_the_first_one_is_refused()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("leases").Node("work", "task", new { name = "work", heartbeat_seconds = 0.2 }));

        var asleep = await ClaimAsync(testbed);
        var task = await ClaimAsync(testbed);
        Assert.Equal(asleep.Id, task.Id);
        foreach (var (call, body) in new (string, object)[]
        {
            ("heartbeat", new { lease = Lease(asleep) }),
            ("complete", new { lease = Lease(asleep), output = "late" }),
            ("fail", new { lease = Lease(asleep), error = "late" }),
        })
        {
            var refused = await DoAsync(testbed, asleep, call, body);
            Assert.Equal(HttpStatusCode.Conflict, refused.Status);
            Assert.Contains("lease", refused["detail"].GetString(), StringComparison.Ordinal);
        }

        await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = "in time" });
        // As if the answer had been lost.
        var again = await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = "in time" });
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        Assert.Equal("in time", (await testbed.Client.RestAsync(id))["outputs"].GetProperty("work").GetString());
        var late = await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = "twice" });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await testbed.Client.PostAsync("/api/workers/tasks/none/heartbeat", new { lease = "x" })).Status);
    }

    [Fact]
    public async Task A_task_that_ends_every_worker_fails_its_attempt_and_is_retried_as_the_node_says()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("deadly").Node(
                "work",
                "task",
                new
                {
                    name = "work",
                    heartbeat_seconds = 0.1,
                    max_lost_leases = 2,
                    retry = new { max_attempts = 2, delay_seconds = 0.01 },
                }));

        var attempts = new List<int>();
        for (var claims = 0; claims < 4; claims++)
            attempts.Add((await ClaimAsync(testbed))["attempt"].GetInt32());
        Assert.Equal([1, 1, 2, 2], attempts);

        // A lease that is over is noticed by the next claim.
        ApiAnswer run;
        do
        {
            Assert.Empty((await testbed.Client.PostAsync("/api/workers/tasks/claim", new { worker = "test" }))["tasks"].EnumerateArray());
            run = await testbed.Client.GetAsync($"/api/executions/{id}");
        }
        while (run.State == "running");
        Assert.Equal("failed", run.State);
        Assert.Contains("took the task 2 times", run["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Empty(await testbed.Database.QueryAsync<long>("SELECT id FROM workflow_tasks"));
    }

    [Fact]
    public async Task A_cancel_reaches_the_worker_by_its_next_heartbeat_and_what_waits_is_given_to_nobody()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("cancels").Node("a", "task", new { name = "work" }).Node("b", "task", new { name = "work" }));
        var task = await ClaimAsync(testbed);
        await testbed.Client.UntilAsync(id, "a", "waiting");
        await testbed.Client.UntilAsync(id, "b", "waiting");

        await testbed.DoAsync(id, "cancel");
        var heartbeat = await DoAsync(testbed, task, "heartbeat", new { lease = Lease(task) });
        Assert.Equal(HttpStatusCode.Conflict, heartbeat.Status);
        Assert.Contains("cancelled", heartbeat["detail"].GetString(), StringComparison.Ordinal);
        Assert.Empty(
            (await testbed.Client.PostAsync("/api/workers/tasks/claim", new { worker = "w", max = 10 }))["tasks"].EnumerateArray());
    }

    [Fact]
    public async Task A_task_of_a_paused_execution_is_given_to_nobody_and_one_that_runs_may_finish()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("pauses").Node("a", "task", new { name = "work" }).Node("b", "task", new { name = "work" }));
        await testbed.Client.UntilAsync(id, "a", "waiting");
        await testbed.Client.UntilAsync(id, "b", "waiting");
        var running = await ClaimAsync(testbed);

        await testbed.DoAsync(id, "pause");
        Assert.Empty(
            (await testbed.Client.PostAsync("/api/workers/tasks/claim", new { worker = "w", max = 10 }))["tasks"].EnumerateArray());
        Assert.Equal(HttpStatusCode.NoContent, (await DoAsync(testbed, running, "complete", new { lease = Lease(running) })).Status);
        await testbed.DoAsync(id, "resume");
        var other = await ClaimAsync(testbed);
        Assert.NotEqual(running.Id, other.Id);
        await DoAsync(testbed, other, "complete", new { lease = Lease(other) });
        await testbed.AssertCompletedAsync(await testbed.Client.RestAsync(id));
    }

    [Fact]
    public async Task A_task_that_takes_longer_than_it_may_fails_and_its_result_is_not_taken()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("late").Node(
            "work", "task", new { name = "work", timeout_seconds = 1, retry = new { max_attempts = 1 } }));
        var task = await ClaimAsync(testbed);

        Assert.Equal("failed", (await testbed.Client.RestAsync(id)).State);
        Assert.Equal(HttpStatusCode.Conflict, (await DoAsync(testbed, task, "complete", new { lease = Lease(task) })).Status);
    }

    [Fact]
    public async Task A_wait_for_a_worker_survives_a_restart()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(Copy(), new { topic = "ink" });
        var task = await ClaimAsync(testbed);
        await testbed.RestartAsync();
        await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = new { text = "Ink!" } });
        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("Ink!", run["outputs"].GetProperty("end").GetString());
    }

    [Fact]
    public async Task In_an_application_s_own_transaction_a_rollback_undoes_the_completion_and_a_commit_lets_the_next_node_start()
    {
        await using var testbed = await StartAsync();
        await testbed.Database.ExecuteAsync("CREATE TABLE copies (text TEXT NOT NULL)");
        var id = await testbed.StartAsync(Copy(), new { topic = "tea" });
        await testbed.Client.UntilAsync(id, "write", "waiting");
        await using var connection = new NpgsqlConnection(testbed.Database.ConnectionString);
        await connection.OpenAsync(Stopping);

        await using (var transaction = await connection.BeginTransactionAsync(Stopping))
        {
            await CompleteAsync(connection, id, "undone");
            await transaction.RollbackAsync(Stopping);
        }

        await using (var transaction = await connection.BeginTransactionAsync(Stopping))
        {
            await CompleteAsync(connection, id, "done");
            Assert.Equal("waiting", Statuses(await testbed.Client.GetAsync($"/api/executions/{id}"))["write"]);
            await transaction.CommitAsync(Stopping);
        }

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("done", run["outputs"].GetProperty("end").GetString());
        Assert.Equal(["done"], await testbed.Database.QueryAsync<string>("SELECT text FROM copies"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => CompleteAsync(connection, id, "twice"));
        Assert.Equal("WF409", refused.SqlState);
    }

    [Fact]
    public async Task By_SQL_a_task_is_claimed_renewed_and_failed()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(
            new Drawing("by SQL").Node("work", "task", new { name = "work", retry = new { max_attempts = 1 } }));
        await testbed.Client.UntilAsync(id, "work", "waiting");

        var lease = Assert.Single(await testbed.Database.QueryAsync<string>("SELECT lease FROM workflow_claim_tasks('application')"));
        Assert.Empty(await testbed.Database.QueryAsync<string>("SELECT id FROM workflow_claim_tasks('another')"));
        Assert.Single(
            await testbed.Database.QueryAsync<DateTime>("SELECT workflow_heartbeat($1, $2, '{\"page\": 3}')", $"{id}:work", lease));
        await testbed.Database.ExecuteAsync(
            "SELECT workflow_fail_task($1, 'No paper.', retryable => FALSE, lease => $2)", $"{id}:work", lease);

        var run = await testbed.Client.RestAsync(id);
        Assert.Equal("failed", run.State);
        Assert.Contains("No paper.", run["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_SQL_a_signal_reaches_any_node_that_waits_and_an_approval_is_answered_once()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("signals")
            .Node("wait", "wait_for_signal", new { signal = "go" })
            .Node("ask", "approval", null, "wait")
            .Node("hold", "wait_for_signal", new { signal = "on" }, "ask/approved")
            .Node("end", "output", new { value = "{{ nodes.wait.n }} {{ nodes.ask.decided_by }}" }, "hold"));
        await testbed.Client.UntilAsync(id, "wait", "waiting");
        var early = await Assert.ThrowsAsync<PostgresException>(() =>
            testbed.Database.ExecuteAsync("SELECT workflow_signal($1, 'ask', '{\"decision\": \"approved\"}')", id));
        Assert.Equal("WF409", early.SqlState);
        await testbed.Database.ExecuteAsync("SELECT workflow_signal($1, 'go', '{\"n\": 7}')", id);
        await testbed.Client.UntilAsync(id, "ask", "waiting");
        await testbed.Database.ExecuteAsync(
            "SELECT workflow_signal($1, 'ask', '{\"decision\": \"approved\", \"decided_by\": \"ada\"}')", id);
        await testbed.Client.UntilAsync(id, "hold", "waiting");
        var again = await Assert.ThrowsAsync<PostgresException>(() =>
            testbed.Database.ExecuteAsync("SELECT workflow_signal($1, 'ask', '{\"decision\": \"rejected\"}')", id));
        Assert.Equal("WF409", again.SqlState);
        await testbed.Database.ExecuteAsync("SELECT workflow_signal($1, 'on')", id);

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal("7 ada", run["outputs"].GetProperty("end").GetString());
    }

    [Fact]
    public async Task The_items_of_a_loop_are_tasks_of_their_own()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("loop")
            .Node("each", "for_each", new { items = new[] { 1, 2, 3 } })
            .Inside("each", "twice", "task", new { name = "twice", args = new[] { "{{ item }}" } }));
        for (var left = 3; left > 0; left--)
        {
            var task = await ClaimAsync(testbed);
            await DoAsync(testbed, task, "complete", new { lease = Lease(task), output = task["args"][0].GetInt32() * 2 });
        }

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        Assert.Equal([2, 4, 6], run["outputs"].GetProperty("each").GetProperty("results").EnumerateArray().Select(item => item.GetInt32()));
    }

    [Fact]
    public async Task Of_tasks_that_are_completed_at_the_same_time_one_that_is_refused_keeps_no_other()
    {
        await using var testbed = await StartAsync();
        var id = await testbed.StartAsync(new Drawing("many")
            .Node("each", "for_each", new { items = Enumerable.Range(0, 40), max_parallel = 40 })
            .Inside("each", "twice", "task", new { name = "twice", args = new[] { "{{ item }}" } }));
        var tasks = new List<ApiAnswer>();
        while (tasks.Count < 40)
        {
            var claimed = await testbed.Client.PostAsync("/api/workers/tasks/claim", new { worker = "test", max = 40, wait = 20 });
            tasks.AddRange(claimed["tasks"].EnumerateArray().Select(task => claimed with { Json = task }));
        }

        // An output that is large goes alone.
        var answers = await Task.WhenAll(tasks.Select((task, i) => DoAsync(testbed, task, "complete", new
        {
            lease = i == 7 ? "another" : Lease(task),
            output = i == 11 ? new string('x', 100_000) : $"{task["args"][0].GetInt32() * 2}",
        })));
        Assert.Equal(7, Assert.Single(Enumerable.Range(0, 40), i => answers[i].Status != HttpStatusCode.NoContent));
        Assert.Equal(HttpStatusCode.Conflict, answers[7].Status);
        await DoAsync(testbed, tasks[7], "complete", new { lease = Lease(tasks[7]), output = "late" });

        var run = await testbed.Client.RestAsync(id);
        await testbed.AssertCompletedAsync(run);
        var results = run["outputs"].GetProperty("each").GetProperty("results").EnumerateArray().Select(item => item.GetString()!).ToList();
        Assert.Equal(1, results.Count(result => result == "late"));
        Assert.Equal(1, results.Count(result => result.Length == 100_000));
        Assert.Equal(2, Enumerable.Range(0, 40).Select(item => $"{item * 2}").Except(results).Count());
    }

    private static Drawing Copy() => new Drawing("copy")
        .Node("write", "task", new
        {
            name = "tasks.generate_copy",
            args = new[] { "{{ params.topic }}" },
            kwargs = new { words = 20 },
        })
        .Node("end", "output", new { value = "{{ nodes.write.text }}" }, "write");

    private static async Task<ApiAnswer> ClaimAsync(EngineTestbed testbed)
    {
        var answer = await testbed.Client.PostAsync("/api/workers/tasks/claim", new { worker = "test", wait = 20 });
        return answer with { Json = Assert.Single(answer["tasks"].EnumerateArray()) };
    }

    private static Task<ApiAnswer> DoAsync(EngineTestbed testbed, ApiAnswer task, string call, object body) =>
        testbed.Client.PostAsync($"/api/workers/tasks/{Uri.EscapeDataString(task.Id)}/{call}", body);

    private static string Lease(ApiAnswer task) => task["lease"].GetString()!;

    private static async Task CompleteAsync(NpgsqlConnection connection, string id, string text)
    {
        await using var command = new NpgsqlCommand(
            "WITH copy AS (INSERT INTO copies VALUES ($2)) SELECT workflow_complete_task($1, jsonb_build_object('text', $2))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{id}:write" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        await command.ExecuteNonQueryAsync(Stopping);
    }

    private static async Task<(string Name, string Args, string Kwargs, string Status, int Retries, int MaxRetries)> TaskAsync(
        EngineTestbed testbed, string id)
    {
        var row = JsonElement.Parse(Assert.Single(await testbed.Database.QueryAsync<string>(
            "SELECT to_jsonb(t)::text FROM celery_tasks t WHERE execution_id = $1 AND task_name NOT LIKE 'workflow.%'", id)));
        return (
            row.GetProperty("task_name").GetString()!, row.GetProperty("task_args").GetRawText(),
            row.GetProperty("task_kwargs").GetRawText(),
            row.GetProperty("status").GetString()!, row.GetProperty("retry_count").GetInt32(), row.GetProperty("max_retries").GetInt32());
    }

    private static async Task<(string? Error, int Retries)> FailureAsync(EngineTestbed testbed, string id)
    {
        var row = JsonElement.Parse(
            Assert.Single(
                await testbed.Database.QueryAsync<string>("SELECT to_jsonb(t)::text FROM celery_tasks t WHERE execution_id = $1", id)));
        return (row.GetProperty("exception_message").GetString(), row.GetProperty("retry_count").GetInt32());
    }
}
