using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>An execution with its jobs (schema document, "Get Execution with All Node Jobs") and its outputs.</summary>
internal sealed record ExecutionDetails : ListedExecution
{
    [SetsRequiredMembers]
    internal ExecutionDetails(ListedExecution row, IReadOnlyList<JobDetails> jobs, IReadOnlyDictionary<string, JsonElement> outputs)
        : base(row) => (Jobs, Outputs) = (jobs, outputs);

    /// <summary>The jobs of its nodes, in the order in which they began.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<JobDetails> Jobs { get; init; }

    /// <summary>The outputs of the nodes without outgoing edges, by node id; those that have one.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyDictionary<string, JsonElement> Outputs { get; init; }
}

/// <summary>A job of an execution.</summary>
internal sealed record JobDetails
{
    /// <summary>The id.</summary>
    public required string JobId { get; init; }

    /// <summary>The node.</summary>
    public required string NodeId { get; init; }

    /// <summary>The node type.</summary>
    public required string JobType { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempt { get; init; }

    /// <summary>The branch taken.</summary>
    public required string? Branch { get; init; }

    /// <summary>From start to end, in seconds.</summary>
    public required double? Duration { get; init; }

    /// <summary>What the handler got.</summary>
    public required JsonElement? Input { get; init; }

    /// <summary>What the handler gave.</summary>
    public required JsonElement? Output { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public required string? ErrorMessage { get; init; }

    /// <summary>Input plus output tokens.</summary>
    public required int TokensUsed { get; init; }

    /// <summary>Cost in US dollars.</summary>
    public required decimal CostUsd { get; init; }

    /// <summary>When the first attempt began.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was settled.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Until when it waits, or when its next attempt begins.</summary>
    public required DateTimeOffset? WakeAt { get; init; }

    /// <summary>What it waits for besides a time: a signal, or its body to run.</summary>
    public required WaitsFor? WaitsFor { get; init; }

    /// <summary>
    /// Where its output comes from, if it did not run: the job or the checkpoint that recorded it, or <c>request</c> where the start says
    /// so.
    /// </summary>
    public required string? GivenFrom { get; init; }

    internal static JobDetails Of(JobRow row) => new()
    {
        JobId = row.Id,
        NodeId = row.NodeId,
        JobType = row.JobType,
        Status = row.Status,
        Attempt = row.Attempt,
        Branch = row.Branch,
        Duration = row.Duration,
        Input = row.InputDataJson,
        Output = row.OutputDataJson,
        ErrorMessage = row.ErrorMessage,
        TokensUsed = row.TokensUsed,
        CostUsd = row.CostUsd,
        StartedAt = row.StartedAt,
        CompletedAt = row.CompletedAt,
        WakeAt = row.WakeAt,
        WaitsFor = row.WaitsFor,
        GivenFrom = row.GivenFrom,
    };
}
