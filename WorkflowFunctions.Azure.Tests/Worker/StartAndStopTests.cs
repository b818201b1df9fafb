using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Durable.Worker;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Worker;

/// <summary>How a worker starts and stops.</summary>
public class StartAndStopTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_stops_lets_the_nodes_finish_that_run_and_begins_no_others()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var gate = new GatedNode();
        await using var app = await FunctionsApp.StartAsync(database, configure: services => services.AddSingleton<NodeType>(gate));
        var id = await StartAsync(app);
        var steps = app.Services.GetRequiredService<WorkerSteps>();

        var stopping = steps.StopAsync(Cancelled);
        Assert.False(stopping.IsCompleted);
        await Assert.ThrowsAsync<OperationCanceledException>(() => steps.RunAsync(Step.Open, id, Cancelled));
        gate.Open();
        await stopping;

        Assert.Equal(["completed"], await JobsAsync(database, id, "gated"));
        Assert.Empty(await JobsAsync(database, id, "end"));
        Assert.Empty(await RunTwiceAsync(database));
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_cancelled_and_another_worker_runs_it_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        string id;
        await using (
            var first = await FunctionsApp.StartAsync(database, configure: services => services.AddSingleton<NodeType>(new GatedNode())))
        {
            id = await StartAsync(first);
            await first.Services.GetRequiredService<WorkerSteps>().StopAsync(new CancellationToken(canceled: true));
            Assert.Equal(["running"], await JobsAsync(database, id, "gated"));
        }

        var open = new GatedNode();
        open.Open();
        await using var second = await FunctionsApp.StartAsync(
            database, configure: services => services.AddSingleton<NodeType>(open), sweepInterval: TimeSpan.FromSeconds(1));
        Assert.Equal("completed", (await second.Client.RestAsync(id)).State);
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, id);
    }

    [Fact]
    public async Task Without_PostgreSQL_a_worker_starts_and_says_so_and_makes_the_schema_when_there_is_one()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await AllowConnectionsAsync(database, isAllowed: false);
        await using var app = await FunctionsApp.StartAsync(database);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/api/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Client.GetAsync("/api/health/ready")).Status);

        await AllowConnectionsAsync(database, isAllowed: true);
        while ((await app.Client.GetAsync("/api/health/ready")).Status != HttpStatusCode.OK)
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancelled);
        var id = await app.Client.StartAsync(await app.Client.SaveAsync(TestWorkflows.Greeting()), new { topic = "tea" });
        Assert.Equal("completed", (await app.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task A_worker_whose_Functions_host_is_gone_stops()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var host = new TcpListener(IPAddress.Loopback, 0);
        host.Start();
        await using var app = await FunctionsApp.StartAsync(
            database, new Dictionary<string, string?> { ["Functions:Worker:HostEndpoint"] = $"http://{host.LocalEndpoint}/" });
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        // The host closes what is idle, and is watched on.
        (await host.AcceptTcpClientAsync(Cancelled)).Dispose();
        using var watched = await host.AcceptTcpClientAsync(Cancelled);
        Assert.False(stopping.IsCancellationRequested);

        host.Stop();
        watched.Close();

        await Task.Delay(TimeSpan.FromSeconds(30), stopping).WaitAsync(Cancelled).ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.True(stopping.IsCancellationRequested);
    }

    private static async Task<string> StartAsync(FunctionsApp app)
    {
        var drawing = new Drawing("Gated").Node("gated", "gated").Node("end", "merge", null, "gated");
        var id = await app.Client.StartAsync(await app.Client.SaveAsync(drawing.ToFile()));
        await app.Client.UntilAsync(id, "gated", "running");
        return id;
    }

    private static Task<IReadOnlyList<string>> JobsAsync(TestDatabase database, string id, string nodeId) =>
        database.QueryAsync<string>("SELECT status FROM agent_jobs WHERE execution_id = $1 AND node_id = $2", id, nodeId);

    private static Task<IReadOnlyList<string>> RunTwiceAsync(TestDatabase database) => database.QueryAsync<string>(
        "SELECT node_id FROM workflow_execution_events WHERE event_type = 'node_started' GROUP BY execution_id, node_id HAVING count(*) > "
            + "1");

    private static async Task AllowConnectionsAsync(TestDatabase database, bool isAllowed)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        var name = settings.Database!;
        settings.Database = "postgres";
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            $"ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS {(isAllowed ? "true" : "false")}", connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    /// <summary>Runs until it is let through.</summary>
    private sealed class GatedNode : NodeType<GatedNode.NoSettings>
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Name => "gated";

        public override string Description => "Runs until it is let through.";

        public void Open() => _open.SetResult();

        protected override async Task<NodeResult> RunAsync(NoSettings settings, NodeContext context, CancellationToken cancellationToken)
        {
            await _open.Task.WaitAsync(cancellationToken);
            return NodeResult.Completed(new { });
        }

        public sealed record NoSettings;
    }
}
