using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Record;

/// <summary>The statement that accepts executions.</summary>
internal static class ExecutionInsert
{
    /// <summary>Accepts executions.</summary>
    /// <returns>The row of each, in their order; null for one that there is already, by its id or by its idempotency key.</returns>
    /// <exception cref="PostgresException">Foreign key violation: a template, workspace, project or user does not exist.</exception>
    public static async Task<IReadOnlyList<ExecutionRow?>> RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IReadOnlyList<NewExecution> executions, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<ExecutionRow>("executions.start", new
        {
            ids = Column(executions, execution => execution.Id),
            template_ids = Column(executions, execution => execution.TemplateId),
            template_versions = Column(executions, execution => execution.TemplateVersion),
            project_ids = Column(executions, execution => execution.ProjectId),
            workspace_ids = Column(executions, execution => execution.WorkspaceId),
            user_ids = Column(executions, execution => execution.UserId),
            configs = Column(executions, execution => execution.ConfigJson),
            idempotency_keys = Column(executions, execution => execution.IdempotencyKey),
            created_bys = Column(executions, execution => execution.CreatedBy),
            parent_execution_ids = Column(executions, execution => execution.ParentExecutionId),
            parent_node_ids = Column(executions, execution => execution.ParentNodeId),
            depths = Column(executions, execution => execution.Depth),
            traceparents = Column(executions, execution => execution.Traceparent),
        }, cancellationToken, transaction);
        var accepted = rows.ToDictionary(row => row.Id, StringComparer.Ordinal);
        return [.. executions.Select(execution => accepted.GetValueOrDefault(execution.Id))];
    }

    private static T[] Column<T>(IReadOnlyList<NewExecution> executions, Func<NewExecution, T> select) => [.. executions.Select(select)];
}
