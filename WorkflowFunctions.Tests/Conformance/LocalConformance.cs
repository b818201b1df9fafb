using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Loops on the Local engine.</summary>
public sealed class LocalLoopTests(PostgresFixture postgres) : LoopConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}

/// <summary>Waits on the Local engine.</summary>
public sealed class LocalWaitTests(PostgresFixture postgres) : WaitConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}

/// <summary>Sub-workflows on the Local engine.</summary>
public sealed class LocalChildTests(PostgresFixture postgres) : ChildConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}

/// <summary>Retry and fork on the Local engine.</summary>
public sealed class LocalRetryTests(PostgresFixture postgres) : RetryConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}

/// <summary>Limits on the Local engine.</summary>
public sealed class LocalLimitTests(PostgresFixture postgres) : LimitConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}

/// <summary>The Local engine as a host of the suites.</summary>
internal static class LocalEngineHost
{
    public static async Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        await LocalServer.StartAsync(database, settings, EngineConformance.AddTestNodes);
}

/// <summary>Races on the Local engine.</summary>
public sealed class LocalRaceTests(PostgresFixture postgres) : RaceConformance(postgres)
{
    protected override Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings) =>
        LocalEngineHost.StartAsync(database, settings);
}
