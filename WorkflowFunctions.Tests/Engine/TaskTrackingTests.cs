using System.Net;
using System.Text.Json;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>What the engine writes into <c>celery_tasks</c>.</summary>
public class TaskTrackingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    private ApiClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddLocalEngine().AddNodeType<FlakyNode>());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_node_that_succeeds_after_retries_is_a_success_with_their_number()
    {
        var id = await StartAsync("flaky", new { failures = 2, retry = new { max_attempts = 4, delay_seconds = 0.01 } });
        await Client.RestAsync(id);

        var task = await TaskAsync(id);
        Assert.Equal("success", Text(task, "status"));
        Assert.Equal("workflow.flaky", Text(task, "task_name"));
        Assert.Equal(id, Text(task, "execution_id"));
        Assert.Equal([id, "node"], task.GetProperty("task_args").EnumerateArray().Select(argument => argument.GetString()));
        Assert.Equal(2, task.GetProperty("retry_count").GetInt32());
        Assert.Equal(3, task.GetProperty("max_retries").GetInt32());
        Assert.Null(Text(task, "exception_message"));
        Assert.Null(Text(task, "traceback"));
        Assert.NotNull(Text(task, "started_at"));
        Assert.NotNull(Text(task, "completed_at"));
    }

    [Fact]
    public async Task A_node_that_fails_for_good_is_a_failure_with_exception_and_stack_trace()
    {
        var id = await StartAsync("flaky", new { failures = 9, retry = new { max_attempts = 2, delay_seconds = 0.01 } });
        await Client.RestAsync(id);

        var task = await TaskAsync(id);
        Assert.Equal("failure", Text(task, "status"));
        Assert.Equal(1, task.GetProperty("retry_count").GetInt32());
        Assert.Equal("Attempt 2 fell over.", Text(task, "exception_message"));
        Assert.Contains(nameof(FlakyNode), Text(task, "traceback"), StringComparison.Ordinal);
        Assert.NotNull(Text(task, "completed_at"));
    }

    [Fact]
    public async Task A_node_between_two_attempts_is_a_retry_and_cancelling_makes_it_a_failure()
    {
        var id = await StartAsync("flaky", new { failures = 1, retry = new { delay_seconds = 3600, max_delay_seconds = 3600 } });
        await Client.UntilAsync(id, "node", "pending");

        var retry = await TaskAsync(id);
        Assert.Equal("retry", Text(retry, "status"));
        Assert.Equal("Attempt 1 fell over.", Text(retry, "exception_message"));
        Assert.Contains(nameof(FlakyNode), Text(retry, "traceback"), StringComparison.Ordinal);
        Assert.Null(Text(retry, "completed_at"));

        await Client.PostAsync($"/api/executions/{id}/cancel");
        var failure = await TaskAsync(id);
        Assert.Equal("failure", Text(failure, "status"));
        Assert.Equal("Execution cancelled", Text(failure, "exception_message"));
        Assert.NotNull(Text(failure, "completed_at"));
    }

    [Fact]
    public async Task The_result_of_a_task_is_what_its_node_gave()
    {
        var id = await Client.StartAsync(await Client.SaveAsync(new
        {
            name = "Results",
            nodes = new object[]
            {
                new { id = "flaky", type = "flaky", data = new { failures = 1, retry = new { max_attempts = 2, delay_seconds = 0.01 } } },
                new { id = "each", type = "for_each", data = new { items = new[] { 1, 2 } } },
                new { id = "item", type = "transform", parentId = "each", data = new { fields = new { twice = "{{ item | times: 2 }}" } } },
            },
            edges = Array.Empty<object>(),
        }));
        Assert.Equal("completed", (await Client.RestAsync(id)).State);

        Assert.Equal(4, (await TasksAsync(id)).Count);
        Assert.Empty(await _database.QueryAsync<string>(
            "SELECT j.id::text FROM agent_jobs j JOIN celery_tasks t ON t.task_id = j.id WHERE j.output_data_json IS NULL OR t.result IS "
                + "DISTINCT FROM j.output_data_json"));
    }

    [Fact]
    public async Task A_large_result_is_in_the_job_alone_and_so_is_that_of_what_has_not_succeeded()
    {
        var text = string.Concat(Enumerable.Range(0, 6_000).Select(_ => Guid.NewGuid().ToString("N")));
        var large = await StartAsync("transform", new { fields = new { text } });
        var waits = await StartAsync("delay", new { seconds = 3600 });
        await Client.RestAsync(large);
        await Client.UntilAsync(waits, "node", "waiting");

        Assert.Equal(("success", null), (Text(await TaskAsync(large), "status"), Text(await TaskAsync(large), "result")));
        Assert.Null(Text(await TaskAsync(waits), "result"));
        Assert.Equal(
            text, (await Client.GetAsync($"/api/executions/{large}"))["outputs"].GetProperty("node").GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_node_that_runs_is_started()
    {
        var id = await StartAsync("flaky", new { endless = true });
        await Client.UntilAsync(id, "node", "running");

        Assert.Equal("started", Text(await TaskAsync(id), "status"));
        await Client.PostAsync($"/api/executions/{id}/cancel");
    }

    [Fact]
    public async Task A_node_that_waits_is_pending()
    {
        var id = await StartAsync("delay", new { seconds = 3600 });
        await Client.UntilAsync(id, "node", "waiting");

        Assert.Equal("pending", Text(await TaskAsync(id), "status"));
    }

    [Fact]
    public async Task Without_track_tasks_there_are_no_rows()
    {
        var id = await StartAsync("flaky", new { }, new { track_tasks = false });

        Assert.Equal("completed", (await Client.RestAsync(id)).State);
        Assert.Empty(await TasksAsync(id));
    }

    [Theory]
    [InlineData("""{"track_tasks": "maybe"}""")]
    [InlineData("""{"track_tasks": null}""")]
    [InlineData("""[false]""")]
    [InlineData("7")]
    public async Task A_config_of_another_application_that_cannot_be_read_counts_as_not_given(string config)
    {
        var template = await SaveAsync("flaky", new { });
        await _database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, config_json)
            VALUES ('odd', $1, 'default', 'default', 'default', $2::jsonb)
            """,
            template,
            config);

        Assert.Equal("completed", (await Client.RestAsync("odd")).State);
        Assert.Equal("success", Text(await TaskAsync("odd"), "status"));
    }

    private static string? Text(JsonElement task, string column) => task.GetProperty(column).GetString();

    private async Task<string> SaveAsync(string type, object data) =>
        await Client.SaveAsync(new { name = "One node", nodes = new[] { new { id = "node", type, data } }, edges = Array.Empty<object>() });

    private async Task<string> StartAsync(string type, object data, object? config = null)
    {
        var answer = await Client.PostAsync("/api/executions", new { template_id = await SaveAsync(type, data), config });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.Id;
    }

    private async Task<JsonElement> TaskAsync(string executionId) => Assert.Single(await TasksAsync(executionId));

    private async Task<IReadOnlyList<JsonElement>> TasksAsync(string executionId) =>
    [
        .. (await _database.QueryAsync<string>("SELECT to_json(t)::text FROM celery_tasks t WHERE execution_id = $1", executionId))
            .Select(row => JsonElement.Parse(row)),
    ];
}
