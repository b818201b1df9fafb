using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>What becomes of what is under way when a store is disposed.</summary>
public sealed class DisposalTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_under_way_when_a_store_is_disposed_is_waited_for_and_nothing_new_is_taken()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var services = database.CreateServices();
        var store = services.GetRequiredService<ExecutionStore>();
        Assert.Null(await store.FindAsync("nobody", Cancelled));
        await using var holder = await HoldTableAsync(database);

        List<Task<ExecutionRow?>> reads = [.. Enumerable.Range(0, 40).Select(n => store.FindAsync($"nobody-{n}", Cancelled))];
        var disposing = store.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.FindAsync("late", Cancelled));
        await holder.CloseAsync();
        await disposing;

        Assert.All(await Task.WhenAll(reads), Assert.Null);
        Assert.Empty(await ConnectionsInUseAsync(database));
    }

    [Fact]
    public async Task What_takes_too_long_when_a_store_is_disposed_is_cancelled()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var services = database.CreateServices();
        var store = services.GetRequiredService<ExecutionStore>();
        await using var holder = await HoldTableAsync(database);

        var read = store.FindAsync("nobody", Cancelled);
        await store.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    /// <summary>A connection that keeps everyone from the executions until it is closed.</summary>
    private static async Task<NpgsqlConnection> HoldTableAsync(TestDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancelled);
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE workflow_executions IN ACCESS EXCLUSIVE MODE", connection);
        await hold.ExecuteNonQueryAsync(Cancelled);
        return connection;
    }

    private static Task<IReadOnlyList<int>> ConnectionsInUseAsync(TestDatabase database) => database.QueryAsync<int>(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'");
}
