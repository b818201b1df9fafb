using System.Diagnostics.CodeAnalysis;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>An execution and its place in the line.</summary>
public record ListedExecution : ExecutionRow
{
    [SetsRequiredMembers]
    internal ListedExecution(ExecutionRow row, int? queuePosition)
        : base(row) => QueuePosition = queuePosition;

    /// <summary>Its place among the pending executions of its workspace, from 1; null for one that is not pending.</summary>
    public int? QueuePosition { get; init; }
}
