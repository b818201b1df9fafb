using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Conformance;

/// <summary>Loops on Durable Functions.</summary>
public sealed class DurableLoopTests(PostgresFixture postgres) : LoopConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>Waits on Durable Functions.</summary>
public sealed class DurableWaitTests(PostgresFixture postgres) : WaitConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>Sub-workflows on Durable Functions.</summary>
public sealed class DurableChildTests(PostgresFixture postgres) : ChildConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>Retry and fork on Durable Functions.</summary>
public sealed class DurableRetryTests(PostgresFixture postgres) : RetryConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>Limits on Durable Functions.</summary>
public sealed class DurableLimitTests(PostgresFixture postgres) : LimitConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>Races on Durable Functions.</summary>
public sealed class DurableRaceTests(PostgresFixture postgres) : RaceConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        DurableEngineHost.StartAsync(database, settings);
}

/// <summary>The Functions app as a host of the suites. Its sweep runs often, as its histories are lost with it.</summary>
internal static class DurableEngineHost
{
    public static async Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        await FunctionsApp.StartAsync(database, settings, EngineConformance.AddTestNodes, sweepInterval: TimeSpan.FromSeconds(1));
}
