using System.Data;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Analytics;

/// <summary>Reads and refreshes <c>workflow_execution_summary</c> and <c>workflow_node_summary</c>, and what has changed since.</summary>
internal sealed class AnalyticsStore(RecordConnections database)
{
    /// <summary>Lists how many executions there are of each status, by day, newest day first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="from">The first day; null for the oldest that there is, 90 days back.</param>
    /// <param name="to">The last day; null for the newest.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<SummaryRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, DateOnly? from, DateOnly? to, CancellationToken cancellationToken) =>
        await QueryAsync<SummaryRow>(
            "analytics.list", await SpanAsync(workspaceId, workspaces, from, to, cancellationToken), cancellationToken);

    /// <summary>Lists how long completed executions took, by the day on which they were accepted, newest day first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="byDay">False for one row about all days together: percentiles cannot be added up.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<DurationRow>> ListDurationsAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, DateOnly from, DateOnly to, bool byDay, CancellationToken cancellationToken)
    {
        var parameters = await SpanAsync(workspaceId, workspaces, from, to, cancellationToken);
        parameters.Add("by_day", byDay);
        return await QueryAsync<DurationRow>("analytics.durations", parameters, cancellationToken);
    }

    /// <summary>Lists tokens and costs by workspace and node type, the dearest first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="from">The first day on which executions were accepted.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<TypeUsageRow>> ListUsageAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        await QueryAsync<TypeUsageRow>(
            "analytics.usage", await SpanAsync(workspaceId, workspaces, from, to, cancellationToken), cancellationToken);

    /// <summary>Lists the nodes that are the slowest, or that fail the most.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="from">The first day on which executions were accepted.</param>
    /// <param name="to">The last day.</param>
    /// <param name="byFailures">Whether those come first that fail the most, and not those that are the slowest.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<NodeTroubleRow>> ListNodesAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, DateOnly from, DateOnly to, bool byFailures, int limit,
        CancellationToken cancellationToken)
    {
        var parameters = await SpanAsync(workspaceId, workspaces, from, to, cancellationToken);
        parameters.Add("by_failures", byFailures);
        parameters.Add("limit", limit);
        return await QueryAsync<NodeTroubleRow>("analytics.nodes", parameters, cancellationToken);
    }

    /// <summary>
    /// Brings the summaries up to date, however long that takes. Readers are not blocked; of several refreshes at once one goes
    /// after the other.
    /// </summary>
    /// <exception cref="PostgresException">Insufficient privilege: the role does not own the views.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("analytics.refresh"), commandTimeout: 0, cancellationToken: cancellationToken));
    }

    /// <summary>Counts days anew that are over and have changed since. A refresh that is under way is waited for.</summary>
    public async Task CountChangesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("analytics.changes"), commandTimeout: 0, cancellationToken: cancellationToken));
    }

    private async Task<DynamicParameters> SpanAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, DateOnly? from, DateOnly? to, CancellationToken cancellationToken)
    {
        var state = await database.QuerySingleAsync<SummaryState>("analytics.state", null, cancellationToken);
        var parameters = new DynamicParameters(new { workspace_id = workspaceId, workspaces = workspaces?.ToArray() });
        AddDay(parameters, "from", from);
        AddDay(parameters, "to", to);
        AddDay(parameters, "counted_from", state.CountedFrom);
        AddDay(parameters, "counted_until", state.CountedUntil);
        return parameters;
    }

    private static void AddDay(DynamicParameters parameters, string name, DateOnly? day) =>
        parameters.Add(name, day?.ToDateTime(TimeOnly.MinValue), DbType.Date);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, DynamicParameters parameters, CancellationToken cancellationToken) =>
        database.QueryAsync<T>(sql, parameters, cancellationToken);
}

/// <summary>How far the summaries go.</summary>
internal sealed record SummaryState
{
    /// <summary>The first day that they have.</summary>
    public DateOnly CountedFrom { get; init; }

    /// <summary>The first day after those that they have.</summary>
    public DateOnly CountedUntil { get; init; }
}

/// <summary>
/// A row of <c>workflow_execution_summary</c>: the executions of a workspace that were accepted on a day and have a status.
/// </summary>
internal sealed record SummaryRow
{
    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The day, in UTC.</summary>
    public DateOnly ExecutionDate { get; init; }

    /// <summary>One of <see cref="ExecutionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>How many.</summary>
    public long TotalExecutions { get; init; }

    /// <summary>From start to end on average, in seconds; null if none of them has both times.</summary>
    public double? AvgDurationSeconds { get; init; }

    /// <summary>Their cost together, in US dollars.</summary>
    public decimal TotalCost { get; init; }

    /// <summary>Their progress on average, 0 to 100.</summary>
    public double? AvgProgress { get; init; }
}

/// <summary>How long completed executions took, in seconds from start to end; those of days that are over are at most 2 % off.</summary>
internal sealed record DurationRow
{
    /// <summary>The day, in UTC; null for all days together.</summary>
    public DateOnly? ExecutionDate { get; init; }

    /// <summary>How many.</summary>
    public long Executions { get; init; }

    /// <summary>Half of them took no longer.</summary>
    public double P50Seconds { get; init; }

    /// <summary>Nine of ten took no longer.</summary>
    public double P90Seconds { get; init; }

    /// <summary>19 of 20 took no longer.</summary>
    public double P95Seconds { get; init; }

    /// <summary>99 of 100 took no longer.</summary>
    public double P99Seconds { get; init; }
}

/// <summary>What the nodes of a type used in a workspace.</summary>
internal sealed record TypeUsageRow
{
    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>In how many executions.</summary>
    public long Executions { get; init; }

    /// <summary>How many jobs.</summary>
    public long Jobs { get; init; }

    /// <summary>Their tokens together.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Their cost together, in US dollars.</summary>
    public decimal TotalCost { get; init; }
}

/// <summary>How slow a node of a template is, and how often it fails. Durations are in seconds.</summary>
internal sealed record NodeTroubleRow
{
    /// <summary>The template.</summary>
    public required string TemplateId { get; init; }

    /// <summary>Its name; null if it is gone.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>What people read, as the template is now; null if it has no label, or is not in it any more.</summary>
    public string? NodeLabel { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>How often it ran to an end.</summary>
    public long Jobs { get; init; }

    /// <summary>How often it failed for good.</summary>
    public long Failed { get; init; }

    /// <summary>How often it took more than one attempt.</summary>
    public long Retried { get; init; }

    /// <summary>How long it takes on average; null if no job of it has both times.</summary>
    public double? AvgSeconds { get; init; }

    /// <summary>19 of 20 take no longer, of the days' own figures the mean by jobs; null if no job of it has both times.</summary>
    public double? P95Seconds { get; init; }
}
