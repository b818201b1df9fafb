using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Record;

/// <summary>A row of <c>workflow_templates</c>.</summary>
internal sealed record TemplateRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace it belongs to; null for one that all may use.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Where a gallery shows it.</summary>
    public string? Category { get; init; }

    /// <summary>React Flow's nodes.</summary>
    public JsonElement NodesJson { get; init; }

    /// <summary>React Flow's edges.</summary>
    public JsonElement EdgesJson { get; init; }

    /// <summary>The params that an execution has unless it is given others, in the order in which they were saved.</summary>
    public JsonElement? DefaultParamsJson { get => InOrder(field); init; }

    /// <summary>Their names in that order; null for a template that another program has inserted.</summary>
    internal string[]? ParamNames { get; init; }

    /// <summary>The template to start when an execution of this one fails; null for none.</summary>
    public string? OnFailure { get; init; }

    /// <summary>Whether it came with the system.</summary>
    public bool IsSystem { get; init; }

    /// <summary>How many executions have begun.</summary>
    public int UsageCount { get; init; }

    /// <summary>The user who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was archived; null for one that the library shows.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The version that runs where nobody names another one; null for what was saved last.</summary>
    public string? PublishedVersion { get; init; }

    /// <summary>
    /// Outputs that runs from the editor take for given: <c>output</c>, and perhaps <c>branch</c>, by node id; null for none.
    /// </summary>
    public JsonElement? PinsJson { get; init; }

    /// <summary>What keeps it from being run; only in the answer to a save, and only if there is anything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Problem>? Problems { get; init; }

    private JsonElement? InOrder(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } given && ParamNames is { } names
        ? JsonSerializer.SerializeToElement(given.EnumerateObject()
            .OrderBy(member => Array.IndexOf(names, member.Name) is var place and >= 0 ? place : names.Length)
            .ToDictionary(member => member.Name, member => member.Value))
        : json;
}

/// <summary>A row of <c>workflow_executions</c>.</summary>
public record ExecutionRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The template it was started from.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The user who started it.</summary>
    public required string UserId { get; init; }

    /// <summary>Who asked for it: a person, a key, a schedule or a hook; null for one that another application has inserted.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>One of <see cref="ExecutionStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Its params and limits (workflow format, "Settings of an execution").</summary>
    public JsonElement? ConfigJson { get; init; }

    /// <summary>Settled nodes over all nodes, rounded down; 100 only when completed.</summary>
    public int ProgressPercent { get; init; }

    /// <summary>The node started last that is still running.</summary>
    public string? CurrentNodeId { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Cost so far in US dollars.</summary>
    public decimal TotalCost { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The template as it was at the start: a row of <c>workflow_template_versions</c>.</summary>
    public string? TemplateVersion { get; init; }

    /// <summary>When it fails if it has not ended (<c>timeout_seconds</c>); null for never.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>Until when nothing runs in it, or infinity if only a signal can wake it; null if it does not rest.</summary>
    internal DateTimeOffset? WakeAt { get; init; }

    /// <summary>The execution that started it; null for none.</summary>
    public string? ParentExecutionId { get; init; }

    /// <summary>The node that started it, as the record of its parent names it.</summary>
    public string? ParentNodeId { get; init; }

    /// <summary>How many executions stand above it.</summary>
    public int Depth { get; init; }

    /// <summary>The execution whose outputs it began with; null for none.</summary>
    public string? OriginExecutionId { get; init; }

    /// <summary>The checkpoint that it was forked from.</summary>
    public string? OriginCheckpointId { get; init; }

    /// <summary>How many nodes it began with that did not run: their outputs were given, or it was not to run them.</summary>
    public int GivenNodes { get; init; }

    /// <summary>How often it was retried.</summary>
    public int Retries { get; init; }

    /// <summary>
    /// The request that started it, or its last run, in traces (W3C Trace Context, "traceparent"); null if nobody traced it.
    /// </summary>
    [JsonIgnore]
    public string? Traceparent { get; init; }
}

/// <summary>A row of <c>workflow_execution_events</c>.</summary>
internal sealed record EventRow
{
    /// <summary>The id; events of one execution have ascending ids in the order in which they happened.</summary>
    public long Id { get; init; }

    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>One of <see cref="Record.EventType"/>.</summary>
    public required string EventType { get; init; }

    /// <summary>The node, for an event of a node.</summary>
    public string? NodeId { get; init; }

    /// <summary>What belongs to the event.</summary>
    public JsonElement? EventData { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>error</c>.</summary>
    public string? Severity { get; init; }

    /// <summary>What people read.</summary>
    public string? Message { get; init; }

    /// <summary>Who caused it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>A row of <c>workflow_checkpoints</c>.</summary>
internal sealed record CheckpointRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary><c>auto</c>, <c>manual</c> or <c>pause</c>.</summary>
    public required string CheckpointType { get; init; }

    /// <summary>The node that is next; at the end, the one that completed last.</summary>
    public required string NodeId { get; init; }

    /// <summary>Status, progress, config, branches taken and nodes skipped.</summary>
    public JsonElement ExecutionState { get; init; }

    /// <summary>The nodes that had completed, in the order in which they did.</summary>
    public IReadOnlyList<string> CompletedNodeIds { get; init; } = [];

    /// <summary>The nodes that were not settled.</summary>
    public IReadOnlyList<string> PendingNodeIds { get; init; } = [];

    /// <summary>The outputs of the completed nodes by node id.</summary>
    public JsonElement? NodeOutputs { get; init; }

    /// <summary>Why it was written.</summary>
    public string? Reason { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Whether it is the execution's latest.</summary>
    public bool IsLatest { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? CreatedBy { get; init; }
}

/// <summary>A row of <c>workflow_execution_metrics</c>.</summary>
internal sealed record MetricsRow
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>From start to end, in seconds.</summary>
    public int? TotalDurationSeconds { get; init; }

    /// <summary>The stage in which it was measured.</summary>
    public string? ExecutionStage { get; init; }

    /// <summary>Input plus output tokens of all nodes.</summary>
    public int TotalTokensUsed { get; init; }

    /// <summary>Calls of other services.</summary>
    public int TotalApiCalls { get; init; }

    /// <summary>Memory of the process at the end, in MB.</summary>
    public int? MaxMemoryMb { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public decimal TotalCostUsd { get; init; }

    /// <summary>Cost by node type.</summary>
    public JsonElement? CostBreakdown { get; init; }

    /// <summary>Duration, tokens, cost and attempts by node.</summary>
    public JsonElement? NodeStats { get; init; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
