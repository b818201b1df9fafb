using System.Text.Json;

namespace WorkflowFunctions.Nodes;

/// <summary>Executions that a node starts and waits for.</summary>
internal interface IChildExecutions
{
    /// <summary>Starts a workflow for a node. Asked again by the same attempt, it starts nothing new.</summary>
    /// <param name="parent">The node that asks.</param>
    /// <param name="templateId">The template to run.</param>
    /// <param name="version">The version of it; null for the published one, or what was saved last.</param>
    /// <param name="parameters">The params, over the template's defaults: a JSON object.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The id of the execution.</returns>
    /// <exception cref="NodeFailedException">The template cannot be run, or workflows are nested too deeply.</exception>
    Task<string> StartAsync(
        NodeContext parent, string templateId, string? version, JsonElement parameters, CancellationToken cancellationToken);

    /// <summary>How an execution ended.</summary>
    /// <exception cref="NodeFailedException">It is not there any more.</exception>
    Task<ChildResult> ReadAsync(string executionId, CancellationToken cancellationToken);
}

/// <summary>How a child execution ended.</summary>
/// <param name="Status">One of <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Error">Why it did not complete.</param>
/// <param name="Outputs">The outputs of its nodes without outgoing edges, by node id.</param>
internal sealed record ChildResult(string Status, string? Error, IReadOnlyDictionary<string, JsonElement> Outputs);
