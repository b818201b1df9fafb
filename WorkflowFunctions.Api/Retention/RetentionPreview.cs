using System.Data;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>Counts what a run would do, in one snapshot.</summary>
internal sealed class RetentionPreview(NpgsqlConnection connection, RetentionCutoffs cutoffs, bool toBlobs)
{
    public async Task<RetentionReport> CountAsync(CancellationToken cancellationToken)
    {
        var tally = new RetentionTally(toBlobs);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        foreach (var table in RetainedTable.All)
        {
            var counts = await connection.QueryAsync<(DateTime Start, long Rows)>(Command(CountOf(table), transaction, cancellationToken));
            foreach (var (start, rows) in counts)
                tally.Add(table, Quarter.Of(new DateTimeOffset(start, TimeSpan.Zero)), rows);
        }

        tally.AddAttachments(
            await connection.ExecuteScalarAsync<long>(Command(Sql.Read("retention.count_attachments"), transaction, cancellationToken)));
        return tally.Report(dryRun: true, cutoffs.Now);
    }

    private static string CountOf(RetainedTable table)
    {
        var aged = table == RetainedTable.Events ? " OR created_at < @events::timestamptz"
            : table == RetainedTable.Metrics ? " OR created_at < @metrics::timestamptz"
            : "";
        var expired = table == RetainedTable.Executions
            ? Sql.Read("retention.expired")
            : $"{table.ExecutionColumn} IN (SELECT id FROM workflow_executions WHERE {Sql.Read("retention.expired")})";
        return $"""
            SELECT date_trunc('quarter', COALESCE(created_at, @now), 'UTC'), count(*)
            FROM {table.Name}
            WHERE {expired}{aged}
            GROUP BY 1
            """;
    }

    private CommandDefinition Command(string sql, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(sql, cutoffs, transaction, commandTimeout: 0, cancellationToken: cancellationToken);
}
