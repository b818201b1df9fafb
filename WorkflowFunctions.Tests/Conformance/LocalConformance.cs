using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Loops on the Local engine.</summary>
public sealed class LocalLoopTests(PostgresFixture postgres) : LoopConformance<LocalHosting>(postgres);

/// <summary>Waits on the Local engine.</summary>
public sealed class LocalWaitTests(PostgresFixture postgres) : WaitConformance<LocalHosting>(postgres);

/// <summary>What leaves, on the Local engine.</summary>
public sealed class LocalOutboxTests(PostgresFixture postgres) : OutboxConformance<LocalHosting>(postgres);

/// <summary>Batches on the Local engine.</summary>
public sealed class LocalBatchTests(PostgresFixture postgres) : BatchConformance<LocalHosting>(postgres);

/// <summary>What people are asked, on the Local engine.</summary>
public sealed class LocalHumanTaskTests(PostgresFixture postgres) : HumanTaskConformance<LocalHosting>(postgres);

/// <summary>Tasks of workers on the Local engine.</summary>
public sealed class LocalTaskTests(PostgresFixture postgres) : TaskConformance<LocalHosting>(postgres);

/// <summary>Sub-workflows on the Local engine.</summary>
public sealed class LocalChildTests(PostgresFixture postgres) : ChildConformance<LocalHosting>(postgres);

/// <summary>Retry and fork on the Local engine.</summary>
public sealed class LocalRetryTests(PostgresFixture postgres) : RetryConformance<LocalHosting>(postgres);

/// <summary>Given outputs on the Local engine.</summary>
public sealed class LocalGivenTests(PostgresFixture postgres) : GivenConformance<LocalHosting>(postgres);

/// <summary>Limits on the Local engine.</summary>
public sealed class LocalLimitTests(PostgresFixture postgres) : LimitConformance<LocalHosting>(postgres);

/// <summary>Races on the Local engine.</summary>
public sealed class LocalRaceTests(PostgresFixture postgres) : RaceConformance<LocalHosting>(postgres);

/// <summary>Pure nodes on the Local engine.</summary>
public sealed class LocalPureTests(PostgresFixture postgres) : PureConformance<LocalHosting>(postgres);

/// <summary>Nodes with effects that follow each other on the Local engine.</summary>
public sealed class LocalSegmentTests(PostgresFixture postgres) : SegmentConformance<LocalHosting>(postgres);

/// <summary>The Local engine as a host of the suites.</summary>
public sealed class LocalHosting : IEngineHosting
{
    public static async Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?> settings) =>
        await LocalServer.StartAsync(database, settings, EngineTestbed.AddNodes);
}
