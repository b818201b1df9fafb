using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Bench.Measuring;

/// <summary>An execution that a query is asked about, of those that are there.</summary>
internal sealed record Sample
{
    public required string Id { get; init; }

    public required string WorkspaceId { get; init; }

    public required string TemplateId { get; init; }

    public DateTime CreatedAt { get; init; }

    /// <summary>A place in the list of all executions.</summary>
    public PageCursor Cursor => new(new DateTimeOffset(DateTime.SpecifyKind(CreatedAt, DateTimeKind.Utc)), Id);

    /// <summary>Takes executions from all over the table.</summary>
    public static async Task<IReadOnlyList<Sample>> TakeAsync(NpgsqlDataSource database, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<Sample>(new CommandDefinition(
            "SELECT id, workspace_id, template_id, created_at FROM workflow_executions ORDER BY md5(id) LIMIT @count",
            new { count },
            commandTimeout: 0,
            cancellationToken: cancellationToken))];
    }
}
