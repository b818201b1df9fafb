using Dapper;

namespace WorkflowFunctions.Record.Events;

/// <summary>Reads <c>workflow_execution_events</c>.</summary>
public sealed class EventStore(RecordConnections database)
{
    /// <summary>Lists events of an execution in the order in which they happened.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="after">The id of the last event that is known already; 0 for none.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<EventRow>> ListAsync(string executionId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<EventRow>(new CommandDefinition(
            Sql.Read("Events.list"), new { execution_id = executionId, after, limit }, cancellationToken: cancellationToken))];
    }
}
