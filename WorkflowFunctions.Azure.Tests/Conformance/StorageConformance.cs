using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Conformance;

/// <summary>Loops on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageLoopTests(PostgresFixture postgres) : LoopConformance<StorageHosting>(postgres);

/// <summary>Waits on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageWaitTests(PostgresFixture postgres) : WaitConformance<StorageHosting>(postgres);

/// <summary>What leaves, on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageOutboxTests(PostgresFixture postgres) : OutboxConformance<StorageHosting>(postgres);

/// <summary>Batches on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageBatchTests(PostgresFixture postgres) : BatchConformance<StorageHosting>(postgres);

/// <summary>What people are asked, on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageHumanTaskTests(PostgresFixture postgres) : HumanTaskConformance<StorageHosting>(postgres);

/// <summary>Tasks of workers on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageTaskNodeTests(PostgresFixture postgres) : TaskConformance<StorageHosting>(postgres);

/// <summary>Sub-workflows on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageChildTests(PostgresFixture postgres) : ChildConformance<StorageHosting>(postgres);

/// <summary>Retry and fork on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageRetryTests(PostgresFixture postgres) : RetryConformance<StorageHosting>(postgres);

/// <summary>Given outputs on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageGivenTests(PostgresFixture postgres) : GivenConformance<StorageHosting>(postgres);

/// <summary>Limits on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageLimitTests(PostgresFixture postgres) : LimitConformance<StorageHosting>(postgres);

/// <summary>Races on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageRaceTests(PostgresFixture postgres) : RaceConformance<StorageHosting>(postgres);

/// <summary>Pure nodes on Durable Functions with histories in Azure Storage.</summary>
public sealed class StoragePureTests(PostgresFixture postgres) : PureConformance<StorageHosting>(postgres);

/// <summary>Nodes with effects that follow each other on Durable Functions with histories in Azure Storage.</summary>
public sealed class StorageSegmentTests(PostgresFixture postgres) : SegmentConformance<StorageHosting>(postgres);

/// <summary>The Functions app on a task hub of the database's own: a host that is started again goes on with its histories.</summary>
public sealed class StorageHosting : IEngineHosting
{
    public static async Task<IEngineHost> StartAsync(TestDatabase database, IReadOnlyDictionary<string, string?> settings) =>
        await FunctionsApp.StartAsync(
            database, settings, EngineTestbed.AddNodes, sweepInterval: TimeSpan.FromSeconds(1),
            await StorageFixture.HistoriesOfAsync(database));
}
