using System.Diagnostics;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Record;

/// <summary>An execution to be accepted.</summary>
internal sealed record NewExecution
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The template to run.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The version of the template to run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>Params and limits, as JSON.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The caller's key for this start; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who asks for it.</summary>
    public string CreatedBy { get; init; } = "user";

    /// <summary>The execution that starts it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The node that starts it.</summary>
    public string? ParentNodeId { get; init; }

    /// <summary>How many executions stand above it.</summary>
    public int Depth { get; init; }

    /// <summary>What starts it, in traces.</summary>
    public string? Traceparent { get; init; } = Activity.Current?.Id;
}

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
