using System.Text.Json;

using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes;

/// <summary>What a node may know of the execution that it runs in.</summary>
public sealed record NodeContext
{
    /// <summary>The execution.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The node, as <c>agent_jobs.node_id</c> names it.</summary>
    public required string NodeId { get; init; }

    /// <summary>
    /// The row of <c>agent_jobs</c>. The same for every attempt and every delivery, and so the key to give to anything that
    /// must happen once.
    /// </summary>
    public required string JobId { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>How often the execution has been retried: the attempts of a node count anew then.</summary>
    internal int Retries { get; init; }

    /// <summary>The workspace of the execution.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project of the execution.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user who started the execution.</summary>
    public required string UserId { get; init; }

    /// <summary>The params of the execution: a JSON object.</summary>
    public required JsonElement Params { get; init; }

    /// <summary>The outputs of the nodes whose live edges lead here, in the order of the edges.</summary>
    public required IReadOnlyList<(string NodeId, JsonElement Output)> Incoming { get; init; }

    /// <summary>The time now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When the node began to wait, if it returned <see cref="NodeResult.WaitUntil"/> before; otherwise null.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Until when the node wanted to wait, if it did.</summary>
    public DateTimeOffset? WaitingUntil { get; init; }

    /// <summary>The payload of the signal that the node waited for (JSON null if it has none); null if none has come.</summary>
    public JsonElement? Signal { get; init; }

    /// <summary>Replaces the secrets that the node's settings read.</summary>
    internal Func<string, string> Mask { get; init; } = static text => text;

    /// <summary>How long the attempt may run.</summary>
    internal TimeSpan RunTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Takes what <see cref="Use"/> tells.</summary>
    internal Action<Usage> Used { get; init; } = static _ => { };

    /// <summary>
    /// Tells that what the attempt is for has been done, and must not be done once more: if the attempt is stopped after that, it is
    /// the last one.
    /// </summary>
    internal Action DoNotRepeat { get; init; } = static () => { };

    /// <summary>
    /// Tells how many bytes of an output there are until now, and waits until there is room for it if it is large. The room is its own
    /// until it has been recorded.
    /// </summary>
    internal Func<long, CancellationToken, ValueTask> MakeRoom { get; init; } = static (_, _) => ValueTask.CompletedTask;

    /// <summary>Starts other workflows for the node.</summary>
    internal IChildExecutions Children { get; init; } = null!;

    /// <summary>Tells what the attempt has used until now. It is counted even if the attempt fails, or is stopped, after that.</summary>
    /// <param name="usage">All of it.</param>
    public void Use(Usage usage) => Used(usage);

    /// <summary>
    /// A text as it may be kept: without the secrets that the node's settings read. Outputs and errors are freed of them anyway; this is
    /// for what a handler keeps or tells by itself.
    /// </summary>
    /// <param name="text">The text, which may have been made from the settings, or by a system that was sent them.</param>
    public string WithoutSecrets(string text) => Mask(text);

    /// <summary>The beginning of a text as it may be kept. Secrets go before the cut: half a secret would not be found any more.</summary>
    /// <param name="text">The text, such as what another system answered.</param>
    /// <param name="longest">The most characters.</param>
    public string Quote(string text, int longest) => TextCut.Excerpt(Mask(text), longest);

    /// <summary>
    /// What a node that passes through gives on: the output of the one node before it, or an object of the outputs by node id
    /// if there are several, or the params if there is none.
    /// </summary>
    public JsonElement PassThrough => Incoming.Count switch
    {
        0 => Params,
        1 => Incoming[0].Output,
        _ => JsonSerializer.SerializeToElement(
            Incoming.DistinctBy(input => input.NodeId).ToDictionary(input => input.NodeId, input => input.Output)),
    };
}
