using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>
/// Others who write to a table without a break: they insert, change and delete, and in the same transaction do the same with a
/// copy of the table that nothing else touches.
/// </summary>
internal sealed class Writers : IAsyncDisposable
{
    private const int Count = 3;

    private readonly TestDatabase _database;
    private readonly string _table;
    private readonly string _idType;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _writers;
    private int _writes;

    private Writers(TestDatabase database, string table)
    {
        (_database, _table, _idType) = (database, table, table == "workflow_executions" ? "varchar" : "bigint");
        _writers = [.. Enumerable.Range(0, Count).Select(number => Task.Run(() => WriteAsync(new Random(number))))];
    }

    /// <summary>How many transactions there were.</summary>
    public int Writes => _writes;

    public static async Task<Writers> StartAsync(TestDatabase database, string table)
    {
        await database.ExecuteAsync($"CREATE TABLE control (LIKE {table} INCLUDING DEFAULTS); INSERT INTO control SELECT * FROM {table}; "
            + "CREATE INDEX ON control (id)");
        return new Writers(database, table);
    }

    /// <summary>Lets each finish what it is at, and fails if one of them could not write.</summary>
    public Task StopAsync()
    {
        _stopping.Cancel();
        return Task.WhenAll(_writers);
    }

    /// <summary>Rows that the table and its copy do not have in common.</summary>
    public Task<IReadOnlyList<string>> DifferencesAsync() => _database.QueryAsync<string>(
        $"""
        (SELECT '+' || t::text FROM {_table} t EXCEPT ALL SELECT '+' || c::text FROM control c)
        UNION ALL
        (SELECT '-' || c::text FROM control c EXCEPT ALL SELECT '-' || t::text FROM {_table} t)
        """);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_writers).ContinueWith(_ => { }, TaskScheduler.Default);
        _stopping.Dispose();
    }

    private async Task WriteAsync(Random random)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        while (!_stopping.IsCancellationRequested)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            // Each statement sees what was committed before it, and a transaction that has changed a row holds it.
            string[] ids =
            [
                .. await connection.QueryAsync<string>(
                    Statement(random).Replace("{table}", _table, StringComparison.Ordinal), new { lot = random.Next(30_000) }),
            ];
            await connection.ExecuteAsync($"DELETE FROM control WHERE id = ANY (@ids::text[]::{_idType}[])", new { ids });
            await connection.ExecuteAsync(
                $"INSERT INTO control SELECT * FROM {_table} WHERE id = ANY (@ids::text[]::{_idType}[])", new { ids });
            await transaction.CommitAsync();
            Interlocked.Increment(ref _writes);
            await Task.Delay(1);
        }
    }

    private string Statement(Random random) => (_table, random.Next(3)) switch
    {
        ("workflow_executions", 0) => """
            INSERT INTO {table} (id, template_id, project_id, workspace_id, user_id, status, created_at)
            SELECT md5(random()::text || clock_timestamp()), 'tpl', 'default', 'default', 'default', 'completed', NOW()
            RETURNING id::text
            """,
        ("workflow_executions", 1) => "DELETE FROM {table} WHERE id = (SELECT id FROM {table} WHERE id NOT LIKE 'old-%' LIMIT 1 FOR UPDATE "
            + "SKIP LOCKED) RETURNING id::text",
        ("workflow_executions", _) =>
            "UPDATE {table} SET progress_percent = @lot, updated_at = clock_timestamp() WHERE id = 'old-' || (1 + @lot) RETURNING id::text",
        (_, 0) =>
            "INSERT INTO {table} (execution_id, event_type, created_at) SELECT 'old-' || (1 + @lot), 'paused', NOW() RETURNING id::text",
        (_, 1) => "DELETE FROM {table} WHERE id = (SELECT min(id) FROM {table} WHERE id > @lot) RETURNING id::text",
        _ => "UPDATE {table} SET message = clock_timestamp()::text WHERE id = (SELECT min(id) FROM {table} WHERE id > @lot) RETURNING "
            + "id::text",
    };
}
