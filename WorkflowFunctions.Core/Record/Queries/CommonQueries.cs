using System.Text.Json;
using Dapper;

namespace WorkflowFunctions.Record.Queries;

/// <summary>Queries 2 to 5 of the schema document, "Queries for Common Operations", with its columns.</summary>
public sealed class CommonQueries(RecordConnections database)
{
    /// <summary>How far an execution is, and what it is at; null if there is no such execution.</summary>
    public async Task<ExecutionProgress?> FindProgressAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ExecutionProgress>(Command("Queries.progress", new { id }, cancellationToken));
    }

    /// <summary>What an execution has completed; null if there is no such execution.</summary>
    public async Task<ResumableState?> FindStateAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ResumableState>(Command("Queries.state", new { id }, cancellationToken));
    }

    /// <summary>What the completed jobs of an execution have used, by node type.</summary>
    public async Task<IReadOnlyList<NodeTypeUsage>> ListUsageAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<NodeTypeUsage>(Command("Queries.usage", new { id }, cancellationToken))];
    }

    /// <summary>The workspaces that have executions of the last seven days which have not ended, the busiest first.</summary>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<ActiveWorkspace>> ListActiveWorkspacesAsync(IReadOnlyList<string>? workspaces, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<ActiveWorkspace>(Command("Queries.active_workspaces", new { workspaces = workspaces?.ToArray() }, cancellationToken))];
    }

    /// <summary>How the executions stand that have not ended.</summary>
    public async Task<Standing> FindStandingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(string State, long Count, double OldestSeconds)>(Command("Queries.standing", null, cancellationToken))).ToList();
        return new Standing(
            rows.ToDictionary(row => row.State, row => row.Count),
            rows.Where(row => row.State == ExecutionStatus.Pending).Select(row => row.OldestSeconds).SingleOrDefault());
    }

    private static CommandDefinition Command(string name, object? parameters, CancellationToken cancellationToken) =>
        new(Sql.Read(name), parameters, cancellationToken: cancellationToken);
}

/// <summary>How far an execution is (schema document, query 2).</summary>
public sealed record ExecutionProgress
{
    /// <summary>The execution.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="ExecutionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>0 to 100.</summary>
    public int ProgressPercent { get; init; }

    /// <summary>The node started last that is still running; null if none is.</summary>
    public string? CurrentNodeId { get; init; }

    /// <summary>Its type.</summary>
    public string? CurrentNodeType { get; init; }

    /// <summary>How long it has been running, in seconds; how long it ran, if it has ended.</summary>
    public double? CurrentNodeDurationSeconds { get; init; }
}

/// <summary>What an execution has completed (schema document, query 3).</summary>
public sealed record ResumableState
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The nodes that have completed, in the order in which they did.</summary>
    public IReadOnlyList<string> CompletedNodeIds { get; init; } = [];

    /// <summary>The output of each of them, by node id.</summary>
    public JsonElement NodeOutputs { get; init; }
}

/// <summary>What the nodes of a type have used in an execution (schema document, query 4).</summary>
public sealed record NodeTypeUsage
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>How many nodes of that type have completed.</summary>
    public long NodeCount { get; init; }

    /// <summary>Input plus output tokens of their completed jobs.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Tokens of a job on average.</summary>
    public double AvgTokens { get; init; }

    /// <summary>From start to end of a job on average, in seconds; null if none has both times.</summary>
    public double? AvgDurationSeconds { get; init; }
}

/// <summary>A workspace in which executions have not ended (schema document, query 5).</summary>
public sealed record ActiveWorkspace
{
    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>How many executions.</summary>
    public long ActiveCount { get; init; }

    /// <summary>Their statuses, each once: <c>paused, pending, running</c>.</summary>
    public required string Statuses { get; init; }

    /// <summary>When the oldest of them was accepted.</summary>
    public DateTimeOffset OldestActive { get; init; }
}
