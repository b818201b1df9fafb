using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Conformance;

/// <summary>Loops on Durable Functions.</summary>
public sealed class DurableLoopTests(PostgresFixture postgres) : LoopConformance<DurableHosting>(postgres);

/// <summary>Waits on Durable Functions.</summary>
public sealed class DurableWaitTests(PostgresFixture postgres) : WaitConformance<DurableHosting>(postgres);

/// <summary>What leaves, on Durable Functions.</summary>
public sealed class DurableOutboxTests(PostgresFixture postgres) : OutboxConformance<DurableHosting>(postgres);

/// <summary>Batches on Durable Functions.</summary>
public sealed class DurableBatchTests(PostgresFixture postgres) : BatchConformance<DurableHosting>(postgres);

/// <summary>What people are asked, on Durable Functions.</summary>
public sealed class DurableHumanTaskTests(PostgresFixture postgres) : HumanTaskConformance<DurableHosting>(postgres);

/// <summary>Tasks of workers on Durable Functions.</summary>
public sealed class DurableTaskNodeTests(PostgresFixture postgres) : TaskConformance<DurableHosting>(postgres);

/// <summary>Sub-workflows on Durable Functions.</summary>
public sealed class DurableChildTests(PostgresFixture postgres) : ChildConformance<DurableHosting>(postgres);

/// <summary>Retry and fork on Durable Functions.</summary>
public sealed class DurableRetryTests(PostgresFixture postgres) : RetryConformance<DurableHosting>(postgres);

/// <summary>Given outputs on Durable Functions.</summary>
public sealed class DurableGivenTests(PostgresFixture postgres) : GivenConformance<DurableHosting>(postgres);

/// <summary>Limits on Durable Functions.</summary>
public sealed class DurableLimitTests(PostgresFixture postgres) : LimitConformance<DurableHosting>(postgres);

/// <summary>Races on Durable Functions.</summary>
public sealed class DurableRaceTests(PostgresFixture postgres) : RaceConformance<DurableHosting>(postgres);

/// <summary>Pure nodes on Durable Functions.</summary>
public sealed class DurablePureTests(PostgresFixture postgres) : PureConformance<DurableHosting>(postgres);

/// <summary>Nodes with effects that follow each other on Durable Functions.</summary>
public sealed class DurableSegmentTests(PostgresFixture postgres) : SegmentConformance<DurableHosting>(postgres);

/// <summary>The Functions app as a host of the suites. Its sweep runs often, as its histories are lost with it.</summary>
public sealed class DurableHosting : IEngineHosting
{
    public static async Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?> settings) =>
        await FunctionsApp.StartAsync(database, settings, EngineTestbed.AddNodes, sweepInterval: TimeSpan.FromSeconds(1));
}
