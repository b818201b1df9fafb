using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Checkpoints;

/// <summary>Reads <c>workflow_checkpoints</c> and writes those that people ask for.</summary>
internal sealed class CheckpointStore(RecordConnections database, ExecutionChanges changes)
{
    /// <summary>Lists the checkpoints of an execution, newest first.</summary>
    public Task<IReadOnlyList<CheckpointRow>> ListAsync(string executionId, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<CheckpointRow>("checkpoints.list", new { execution_id = executionId, limit }, cancellationToken);

    /// <summary>Finds a checkpoint of an execution; null if it has no such one.</summary>
    public Task<CheckpointRow?> FindAsync(string executionId, string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<CheckpointRow>("checkpoints.find", new { execution_id = executionId, id }, cancellationToken);

    /// <summary>Writes a <c>manual</c> checkpoint of what the record holds at this moment.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> WriteManualAsync(string executionId, string? reason, string createdBy, CancellationToken cancellationToken)
    {
        var checkpoint = new CheckpointWrite
        {
            Id = Ids.New("cp"),
            ExecutionId = executionId,
            Type = "manual",
            Reason = reason,
            CreatedBy = createdBy,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            "checkpoints.request",
            new { execution_id = executionId, checkpoint_id = checkpoint.Id, reason, created_by = createdBy },
            cancellationToken, transaction);
        await using (var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { WriteStatements.Checkpoints([checkpoint]) } })
            await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish(executionId);
        return checkpoint.Id;
    }
}
