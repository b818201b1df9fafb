using System.Diagnostics;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Partitions;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Bench.Fill;

/// <summary>Makes rows inside PostgreSQL, in batches of executions, each with all that belongs to it in one transaction.</summary>
internal sealed class Filler(BenchDatabase database, long executions, int batch)
{
    private static readonly string[] s_tables = ["executions", "jobs", "events", "checkpoints", "metrics", "tasks"];

    /// <summary>Fills the database up to the number of executions, and prints how far it is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, "base", null, null, cancellationToken);
        var there = await connection.ExecuteScalarAsync<long>(
            "SELECT COALESCE(max(substr(id, 6)::bigint), 0) FROM workflow_executions WHERE id LIKE 'fill-%'");
        var begun = there;
        var watch = Stopwatch.StartNew();
        while (there < executions)
        {
            var last = Math.Min(there + batch, executions);
            await MakeAsync(connection, there + 1, last, cancellationToken);
            // Events of a time that has no partition yet are in the default one.
            await database.Get<PartitionRunner>().RunAsync(cancellationToken);
            there = last;
            var left = watch.Elapsed / (there - begun) * (executions - there);
            Console.WriteLine($"{there:N0} of {executions:N0} executions; {watch.Elapsed:hh\\:mm\\:ss} so far, {left:hh\\:mm\\:ss} left");
        }

        Console.WriteLine("Collecting statistics");
        await connection.ExecuteAsync(new CommandDefinition("VACUUM (ANALYZE)", commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(
                "REFRESH MATERIALIZED VIEW workflow_execution_summary; REFRESH MATERIALIZED VIEW workflow_node_summary", commandTimeout: 0,
                cancellationToken: cancellationToken));
    }

    private async Task MakeAsync(NpgsqlConnection connection, long first, long last, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var table in s_tables)
            await ExecuteAsync(connection, table, new { first, last, total = executions }, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static Task ExecuteAsync(
        NpgsqlConnection connection, string name, object? parameters, NpgsqlTransaction? transaction,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            new CommandDefinition(
                BenchSql.Read($"Fill.{name}"), parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
}
