using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Events;

/// <summary>Reads <c>workflow_execution_events</c>.</summary>
internal sealed class EventStore(RecordConnections database)
{
    /// <summary>Lists events of an execution in the order in which they happened.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="after">The id of the last event that is known already; 0 for none.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <param name="nodeId">Only those of this node, as the record names it; null for all.</param>
    public Task<IReadOnlyList<EventRow>> ListAsync(
        string executionId, long after, int limit, CancellationToken cancellationToken, string? nodeId = null) =>
        database.QueryAsync<EventRow>("events.list", new { execution_id = executionId, after, limit, node_id = nodeId }, cancellationToken);
}
