using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Orchestration;

/// <summary>Steps of several processes over one record: <see cref="RecordAccess.Shared"/>.</summary>
public class SharedRecordTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly GatedNode _gate = new();
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(
            _database.ConnectionString,
            services => services.AddSingleton<IEngine, IdleEngine>().AddSingleton<NodeType>(_gate).AddNodeType<FlakyNode>());
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_is_delivered_twice_at_once_runs_once_and_both_deliveries_hear_its_outcome(bool isOtherProcess)
    {
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var node = new RunNode(await OpenAsync(one, Gate("gate")), "gate");

        var first = one.Steps.RunAsync(Step.RunNode, node, Cancelled);
        await _gate.EnteredAsync();
        var second = (isOtherProcess ? two : one).Steps.RunAsync(Step.RunNode, node, Cancelled);
        // Time for a second run, if there were one: the claim is asked for every half second.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);
        _gate.Open();

        Assert.Equal([Settlement.Completed(0)], (await first).Settled);
        Assert.Equal([Settlement.Completed(0)], (await second).Settled);
        Assert.Equal(1, _gate.Runs);
        Assert.Equal(1, await CountAsync(node.ExecutionId, EventType.NodeStarted));
        Assert.Equal(1, await CountAsync(node.ExecutionId, EventType.NodeCompleted));
    }

    [Fact]
    public async Task What_a_process_was_running_when_it_died_is_run_by_the_next_delivery()
    {
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var node = new RunNode(await OpenAsync(one, Gate("gate")), "gate");
        var lost = one.Steps.RunAsync(Step.RunNode, node, Cancelled);
        await _gate.EnteredAsync();

        var second = two.Steps.RunAsync(Step.RunNode, node, Cancelled);
        Assert.Equal(1, _gate.Runs);
        await _database.ExecuteAsync("SELECT pg_terminate_backend($1)", one.SessionId);
        await _gate.EnteredAsync();
        _gate.Open();

        Assert.Equal([Settlement.Completed(0)], (await second).Settled);
        await Assert.ThrowsAsync<RecordLostException>(() => lost);
        Assert.Equal(1, await CountAsync(node.ExecutionId, EventType.NodeCompleted));
    }

    [Fact]
    public async Task A_node_reads_what_another_process_has_recorded()
    {
        _gate.Open();
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var id = await OpenAsync(one, new
        {
            name = "Three nodes",
            nodes = new object[]
            {
                new { id = "gate", type = "gated", data = new { says = "hello" } },
                new { id = "other", type = "gated" },
                new { id = "echo", type = "transform", data = new { fields = new { heard = "{{ nodes.gate.says }}" } } },
            },
            edges = new[] { TestWorkflows.Edge("gate", "echo"), TestWorkflows.Edge("other", "echo") },
        });
        // The second process has seen the execution before its first node has run.
        await two.Steps.RunAsync(Step.Open, id, Cancelled);

        await one.Steps.RunAsync(Step.RunNode, new RunNode(id, "gate"), Cancelled);
        await one.Steps.RunAsync(Step.RunNode, new RunNode(id, "other"), Cancelled);
        await two.Steps.RunAsync(Step.RunNode, new RunNode(id, "echo"), Cancelled);

        Assert.Equal(["hello"], await _database.QueryAsync<string>(
            "SELECT output_data_json ->> 'heard' FROM agent_jobs WHERE execution_id = $1 AND node_id = 'echo'", id));
    }

    [Fact]
    public async Task Checkpoints_are_written_by_the_number_of_nodes_that_all_processes_have_settled()
    {
        _gate.Open();
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var nodes = Enumerable.Range(1, 7).Select(i => $"n{i}").ToList();
        var id = await OpenAsync(
            one,
            new { name = "Seven", nodes = nodes.Select(node => new { id = node, type = "gated" }), edges = Array.Empty<object>() },
            new { checkpoint_every_nodes = 2 });

        foreach (var (i, node) in nodes.Index())
            await (i % 2 == 0 ? one : two).Steps.RunAsync(Step.RunNode, new RunNode(id, node), Cancelled);
        await one.Steps.RunAsync(Step.Finish, new FinishExecution(id), Cancelled);

        Assert.Equal([2, 4, 6, 7], await _database.QueryAsync<int>(
            "SELECT cardinality(completed_node_ids) FROM workflow_checkpoints WHERE execution_id = $1 ORDER BY created_at, 1", id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_that_run_in_one_step_and_are_delivered_twice_at_once_run_once(bool isOtherProcess)
    {
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var id = await OpenAsync(one, Chain());

        var first = one.Steps.RunAsync(Step.RunNode, new RunNode(id, "a"), Cancelled);
        await _gate.EnteredAsync();
        // One delivery of the step that runs, and one of a node in its middle: an orchestration that was begun anew asks for that.
        var other = (isOtherProcess ? two : one).Steps;
        var again = other.RunAsync(Step.RunNode, new RunNode(id, "a"), Cancelled);
        var middle = other.RunAsync(Step.RunNode, new RunNode(id, "gate"), Cancelled);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);
        _gate.Open();

        Assert.Equal(
            [0, 1, 2, 3], (await first).Settled.Concat((await middle).Settled).Select(settlement => settlement.Node).Distinct().Order());
        Assert.Equal(0, (await again).Settled[0].Node);
        Assert.Equal(1, _gate.Runs);
        Assert.Empty(await _database.QueryAsync<string>(
            "SELECT node_id FROM workflow_execution_events WHERE execution_id = $1 AND event_type = 'node_started' GROUP BY node_id HAVING "
                + "count(*) > 1", id));
        Assert.Equal(["a completed", "b completed", "end completed", "gate completed"], await JobsAsync(id));
    }

    [Fact]
    public async Task A_process_that_dies_between_two_nodes_of_a_step_leaves_the_rest_to_the_next_delivery()
    {
        await using var one = await ProcessAsync();
        await using var two = await ProcessAsync();
        var id = await OpenAsync(one, Chain());
        var lost = one.Steps.RunAsync(Step.RunNode, new RunNode(id, "a"), Cancelled);
        await _gate.EnteredAsync();
        await _database.ExecuteAsync("SELECT pg_terminate_backend($1)", one.SessionId);

        // What is recorded is heard of, and nothing after it is run by this delivery: somebody else might be running it.
        var second = await two.Steps.RunAsync(Step.RunNode, new RunNode(id, "a"), Cancelled);
        Assert.Equal([0, 1], second.Settled.Select(settlement => settlement.Node));
        Assert.Null(second.Stopped);
        Assert.Equal(1, _gate.Runs);
        _gate.Open();
        var third = await two.Steps.RunAsync(Step.RunNode, new RunNode(id, "gate"), Cancelled);

        Assert.Equal([2, 3], third.Settled.Select(settlement => settlement.Node));
        await Assert.ThrowsAsync<RecordLostException>(() => lost);
        Assert.Equal(["a completed", "b completed", "end completed", "gate completed"], await JobsAsync(id));
        Assert.Equal(4, await CountAsync(id, EventType.NodeCompleted));
    }

    [Theory]
    [InlineData("paused", "completed")]
    [InlineData("cancelled", "running")]
    public async Task A_step_ends_at_the_commit_that_finds_the_execution_stopped(string status, string gate)
    {
        await using var one = await ProcessAsync();
        var id = await OpenAsync(one, Chain());
        var running = one.Steps.RunAsync(Step.RunNode, new RunNode(id, "a"), Cancelled);
        await _gate.EnteredAsync();
        await _database.ExecuteAsync("UPDATE workflow_executions SET status = $2 WHERE id = $1", id, status);
        _gate.Open();

        Assert.Equal(NodeOutcome.Halted, (await running).Stopped!.Outcome);
        Assert.Equal(["a completed", "b completed", $"gate {gate}"], await JobsAsync(id));
    }

    private static object Chain() => new
    {
        name = "Chain",
        nodes = new object[]
        {
            new { id = "a", type = "flaky" },
            new { id = "b", type = "transform", data = new { fields = new { v = "{{ nodes.a.attempt }}" } } },
            new { id = "gate", type = "gated" },
            new { id = "end", type = "flaky" },
        },
        edges = new[] { TestWorkflows.Edge("a", "b"), TestWorkflows.Edge("b", "gate"), TestWorkflows.Edge("gate", "end") },
    };

    private Task<IReadOnlyList<string>> JobsAsync(string id) => _database.QueryAsync<string>(
        "SELECT concat_ws(' ', node_id, status) FROM agent_jobs WHERE execution_id = $1 ORDER BY node_id", id);

    private static object Gate(string id) =>
        new { name = "Gate", nodes = new[] { new { id, type = "gated" } }, edges = Array.Empty<object>() };

    private async Task<string> OpenAsync(StepProcess process, object template, object? config = null)
    {
        var answer = await _server.Client.PostAsync(
            "/api/executions", new { template_id = await _server.Client.SaveAsync(template), config });
        Assert.True((await process.Steps.RunAsync(Step.Open, answer.Id, Cancelled)).Runs);
        return answer.Id;
    }

    private async Task<long> CountAsync(string executionId, string eventType) => Assert.Single(await _database.QueryAsync<long>(
        "SELECT count(*) FROM workflow_execution_events WHERE execution_id = $1 AND event_type = $2", executionId, eventType));

    private Task<StepProcess> ProcessAsync() => StepProcess.StartAsync(_database, _server.Services, RecordAccess.Shared, Cancelled);
}
