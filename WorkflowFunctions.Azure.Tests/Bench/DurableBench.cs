using System.Diagnostics;
using System.Text.Json;
using Microsoft.DurableTask.Testing;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Bench;
using WorkflowFunctions.Bench.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Bench;

/// <summary>
/// Not tests: the workloads of <c>bench/</c> on the in-process Durable Task, by this and by plain Durable Functions, which does
/// the same work and keeps no record. Each prints a line of JSON. Both are timed from the start to when the client sees the
/// instance end.
/// </summary>
/// <remarks>
/// <c>DOTNET_PROCESSOR_COUNT=256 dotnet run -c Release --project WorkflowFunctions.Azure.Tests -- -explicit only -class
/// WorkflowFunctions.Azure.Tests.Bench.DurableBench</c>
/// </remarks>
public sealed class DurableBench(PostgresFixture postgres)
{
    private static readonly Workload s_fan500 = new("fan500", 5, 1, 1, [1, 500, 1]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Workloads => ["chain20", "fan50", "diamond", "fan500"];

    [Theory(Explicit = true)]
    [MemberData(nameof(Workloads))]
    public async Task Plain_Durable_Functions(string name)
    {
        const string Orchestrator = "Plain";
        var workload = Find(name);
        var output = workload.Draw().Nodes[0].GetProperty("data").GetProperty("fields").GetRawText();
        var (replays, activities) = (0, 0);
        await using var host = await DurableTaskTestHost.StartAsync(
            registry =>
            {
                registry.AddOrchestratorFunc(
                    Orchestrator,
                    async context =>
                    {
                        Interlocked.Increment(ref replays);
                        for (var layer = 0; layer < workload.Layers.Count; layer++)
                            await Task.WhenAll(
                                Enumerable
                                    .Range(0, workload.Layers[layer])
                                    .Select(place => context.CallActivityAsync<string>("Node", $"n{layer}-{place}")));
                    });
                registry.AddActivityFunc<string, string>(
                    "Node",
                    (_, _) =>
                    {
                        Interlocked.Increment(ref activities);
                        return output;
                    });
            },
            new DurableTaskTestHostOptions { Port = FreePort.Find() },
            Cancelled);
        await MeasureAsync(
            "durable-functions",
            workload,
            async () => await host.Client.WaitForInstanceCompletionAsync(
                await host.Client.ScheduleNewOrchestrationInstanceAsync(Orchestrator, Cancelled), Cancelled),
            () => (replays, activities));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Workloads))]
    public Task This_with_nodes_that_have_effects(string name) =>
        RunAsync("workflowfunctions, effects", Find(name) with { NodeType = "effect" });

    [Theory(Explicit = true)]
    [MemberData(nameof(Workloads))]
    public Task This_with_pure_nodes(string name) => RunAsync("workflowfunctions, pure", Find(name));

    private static Workload Find(string name) => name == s_fan500.Name ? s_fan500 : Workload.All[name];

    private async Task RunAsync(string peer, Workload workload)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await FunctionsApp.StartAsync(database, configure: services => services.AddNodeType<EffectNode>());
        var (nodes, edges) = workload.Draw();
        var template = await app.Client.SaveAsync(new { name = workload.Name, nodes, edges });
        await MeasureAsync(
            peer,
            workload,
            async () => await app.Durable.WaitForInstanceCompletionAsync(await app.Client.StartAsync(template), Cancelled),
            () => (app.Replays, app.Exchanged.Count));
        var executions = workload.Executions + workload.WarmUp;
        Assert.Equal(
            [(long)executions], await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions WHERE status = 'completed'"));
        Assert.Equal([(long)executions * workload.Nodes], await database.QueryAsync<long>(
            "SELECT count(*) FROM agent_jobs WHERE status = 'completed' AND length(output_data_json::text) >= 200"));
    }

    private static async Task MeasureAsync(string peer, Workload workload, Func<Task> run, Func<(int Replays, int Activities)> count)
    {
        await LoopAsync(workload.WarmUp, workload.InFlight, run);
        var before = count();
        var wall = Stopwatch.StartNew();
        var latencies = new Latencies(await LoopAsync(workload.Executions, workload.InFlight, run));
        wall.Stop();
        var after = count();
        var nodes = workload.Executions * workload.Nodes;
        var (replays, activities) = (
            (double)(after.Replays - before.Replays) / workload.Executions,
            (double)(after.Activities - before.Activities) / workload.Executions);
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    peer,
                    workload = workload.Name,
                    executions = workload.Executions,
                    nodes,
                    wall_s = Math.Round(wall.Elapsed.TotalSeconds, 3),
                    nodes_per_s = Math.Round(nodes / wall.Elapsed.TotalSeconds, 1),
                    p50_ms = latencies.At(0.50),
                    p99_ms = latencies.At(0.99),
                    replays_per_execution = Math.Round(replays, 1),
                    activities_per_execution = Math.Round(activities, 1),
                    // An activity has two events, a replay two, and an instance its start and its end.
                    events_per_node = Math.Round(((2 * activities) + (2 * replays) + 2) / workload.Nodes, 2),
                }));
    }

    private static async Task<IReadOnlyList<double>> LoopAsync(int executions, int inFlight, Func<Task> run)
    {
        var latencies = new List<double>();
        await Parallel.ForAsync(0, executions, new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (_, _) =>
        {
            var started = Stopwatch.GetTimestamp();
            await run();
            lock (latencies)
                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        });
        return latencies;
    }
}
