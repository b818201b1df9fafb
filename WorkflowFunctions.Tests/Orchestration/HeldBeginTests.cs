using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>How a new execution begins: with what it writes first, whatever others write meanwhile.</summary>
public class HeldBeginTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private ApiServer _server = null!;
    private StepProcess _process = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private WorkflowSteps Steps => _process.Steps;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        _process = await StepProcess.StartAsync(_database, _server.Services, RecordAccess.Alone, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_is_one_commit_with_its_end_though_others_commit_in_between()
    {
        var template = await _server.Client.SaveAsync(Echo());
        var id = await OpenAsync(template);

        await FinishAsync(await OpenAsync(template));
        Assert.Equal("pending", await StatusAsync(id));
        await FinishAsync(id);

        Assert.Equal("completed", await StatusAsync(id));
        Assert.Equal([1L], await _database.QueryAsync<long>(
            """
            SELECT count(DISTINCT xmin) FROM (
                SELECT xmin::text FROM workflow_executions WHERE id = $1
                UNION ALL SELECT xmin::text FROM agent_jobs WHERE execution_id = $1
                UNION ALL SELECT xmin::text FROM workflow_execution_events WHERE execution_id = $1 AND event_type <> 'created') written
            """,
            id));
    }

    [Fact]
    public async Task It_is_committed_before_a_node_with_an_effect_runs()
    {
        var id = await OpenAsync(await _server.Client.SaveAsync(new
        {
            name = "Wait",
            nodes = new[] { new { id = "wait", type = "delay", data = new { seconds = 3600 } } },
            edges = Array.Empty<object>(),
        }));

        await Steps.RunAsync(Step.RunNode, new RunNode(id, "wait"), Cancelled);

        Assert.Equal("running", await StatusAsync(id));
    }

    [Fact]
    public async Task One_that_is_parked_before_it_has_written_anything_has_begun()
    {
        var id = await OpenAsync(await _server.Client.SaveAsync(Echo()));

        Assert.False(await Steps.RunAsync(Step.Suspend, id, Cancelled));

        Assert.Equal("running", await StatusAsync(id));
    }

    [Fact]
    public async Task One_that_was_cancelled_before_it_has_written_anything_runs_nothing()
    {
        var id = await OpenAsync(await _server.Client.SaveAsync(Echo()));
        await _server.Client.PostAsync($"/api/executions/{id}/cancel", new { });

        await Steps.RunAsync(Step.RunNode, new RunNode(id, "echo"), Cancelled);
        Assert.False(await Steps.RunAsync(Step.Finish, new FinishExecution(id), Cancelled));

        Assert.Equal("cancelled", await StatusAsync(id));
        Assert.Equal([0L], await _database.QueryAsync<long>("SELECT count(*) FROM agent_jobs WHERE execution_id = $1", id));
    }

    [Fact]
    public async Task One_that_was_cancelled_between_its_acceptance_and_its_opening_runs_nothing()
    {
        var id = (await _server.Client.PostAsync("/api/executions", new { template_id = await _server.Client.SaveAsync(Echo()) })).Id;
        Steps.Expect((await _server.Services.GetRequiredService<ExecutionStore>().FindAsync(id, Cancelled))!);
        await _server.Client.PostAsync($"/api/executions/{id}/cancel", new { });

        await Steps.RunAsync(Step.Open, id, Cancelled);
        await Steps.RunAsync(Step.RunNode, new RunNode(id, "echo"), Cancelled);
        Assert.False(await Steps.RunAsync(Step.Finish, new FinishExecution(id), Cancelled));

        Assert.Equal("cancelled", await StatusAsync(id));
        Assert.Equal([0L], await _database.QueryAsync<long>("SELECT count(*) FROM agent_jobs WHERE execution_id = $1", id));
    }

    private static object Echo() => new
    {
        name = "Echo",
        nodes = new[] { new { id = "echo", type = "transform", data = new { fields = new { said = "hello" } } } },
        edges = Array.Empty<object>(),
    };

    private async Task<string> OpenAsync(string template)
    {
        var answer = await _server.Client.PostAsync("/api/executions", new { template_id = template });
        Assert.True((await Steps.RunAsync(Step.Open, answer.Id, Cancelled)).Runs);
        return answer.Id;
    }

    private async Task FinishAsync(string id)
    {
        await Steps.RunAsync(Step.RunNode, new RunNode(id, "echo"), Cancelled);
        Assert.True(await Steps.RunAsync(Step.Finish, new FinishExecution(id), Cancelled));
    }

    private async Task<string> StatusAsync(string id) =>
        Assert.Single(await _database.QueryAsync<string>("SELECT status FROM workflow_executions WHERE id = $1", id));
}
