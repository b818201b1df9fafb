using System.Text.Json;

namespace WorkflowFunctions.Nodes;

/// <summary>What came of an attempt that did not fail.</summary>
public sealed record NodeResult
{
    private NodeResult()
    {
    }

    /// <summary>The output, if the node has completed.</summary>
    public JsonElement Output { get; private init; }

    /// <summary>The branch taken; null for none.</summary>
    public string? Branch { get; private init; }

    /// <summary>What the attempt used.</summary>
    public Usage Usage { get; private init; } = Usage.None;

    /// <summary>What people are to know of it although the node has completed; null for nothing.</summary>
    public string? Warning { get; private init; }

    /// <summary>What the node waits for, if it has not completed; it is run again then.</summary>
    public NodeWait? Wait { get; private init; }

    /// <summary>How to run the node's body, if it has not completed but that is next.</summary>
    public BodyRun? Body { get; private init; }

    /// <summary>The node has completed.</summary>
    /// <param name="output">Its output; written as JSON with snake_case names unless it is a <see cref="JsonElement"/>.</param>
    /// <param name="branch">The branch taken; one of those that the node type names.</param>
    /// <param name="usage">What was used.</param>
    /// <param name="warning">What people are to know of it; null for nothing.</param>
    public static NodeResult Completed<T>(T output, string? branch = null, Usage? usage = null, string? warning = null) => new()
    {
        Output = output is JsonElement element ? element : JsonSerializer.SerializeToElement(output, Settings.SettingsSchema.Json),
        Branch = branch,
        Usage = usage ?? Usage.None,
        Warning = warning,
    };

    /// <summary>The node has nothing to do until then; it is run again at that time, by whichever process is there.</summary>
    public static NodeResult WaitUntil(DateTimeOffset until) => new() { Wait = new NodeWait(until, null) };

    /// <summary>
    /// The node waits for a signal. It is run again, by whichever process is there, with <see cref="NodeContext.Signal"/> once it
    /// has come, or without when the time is over. A signal that came before is there at once. A node waits for a name once.
    /// </summary>
    /// <param name="name">The name that the signal is sent under.</param>
    /// <param name="until">When to give up; null for never.</param>
    public static NodeResult WaitForSignal(string name, DateTimeOffset? until = null) => new() { Wait = new NodeWait(until, name) };

    /// <summary>The node waits for an answer of people, which is a signal.</summary>
    /// <param name="name">The name that the signal is sent under.</param>
    /// <param name="until">When it is run again without an answer; null for never.</param>
    /// <param name="asked">What is told to those who are asked.</param>
    internal static NodeResult WaitForAnswer(string name, DateTimeOffset? until, AskedEvent asked) =>
        new() { Wait = new NodeWait(until, name) { Asked = asked } };

    /// <summary>The node waits for a worker elsewhere to do a task.</summary>
    /// <param name="signal">The name that the result is sent under.</param>
    /// <param name="task">The task.</param>
    internal static NodeResult WaitForWorker(string signal, WorkerTask task) => new() { Wait = new NodeWait(null, signal) { Task = task } };

    /// <summary>The nodes of the body run once for each item; the node completes with what they give.</summary>
    /// <param name="count">The number of items.</param>
    /// <param name="maxParallel">For how many of them at once.</param>
    internal static NodeResult RunBody(int count, int maxParallel) => new() { Body = new BodyRun(count, maxParallel) };
}

/// <summary>What a node waits for: a time, a signal, or whichever comes first.</summary>
/// <param name="Until">The time; null for none.</param>
/// <param name="Signal">The signal; null for none.</param>
public sealed record NodeWait(DateTimeOffset? Until, string? Signal)
{
    /// <summary>What is told to the people whose answer is waited for; null if it is no answer of people.</summary>
    internal AskedEvent? Asked { get; init; }

    /// <summary>The task whose result the signal is; null for none.</summary>
    internal WorkerTask? Task { get; init; }
}

/// <summary>What is told to people whose answer is waited for; an event has it in lower case.</summary>
internal enum AskedEvent
{
    /// <summary>They are asked.</summary>
    Opened,

    /// <summary>They are asked still.</summary>
    Reminded,
}

/// <summary>What a worker elsewhere is to do.</summary>
/// <param name="Name">The name that workers know it by.</param>
/// <param name="Queue">The queue that it waits in.</param>
/// <param name="Args">A JSON array.</param>
/// <param name="Kwargs">A JSON object.</param>
/// <param name="HeartbeatSeconds">How long a lease lasts that is not renewed.</param>
/// <param name="MaxLostLeases">How many of them may be lost until the attempt fails.</param>
internal sealed record WorkerTask(string Name, string Queue, string Args, string Kwargs, double HeartbeatSeconds, int MaxLostLeases);

/// <summary>How the body of a node runs.</summary>
/// <param name="Count">The number of items.</param>
/// <param name="MaxParallel">For how many of them at once.</param>
public sealed record BodyRun(int Count, int MaxParallel);

/// <summary>What an attempt used; goes into the job and the metrics.</summary>
/// <param name="Tokens">Input plus output tokens.</param>
/// <param name="CostUsd">Cost in US dollars.</param>
/// <param name="ApiCalls">Calls of other services.</param>
public sealed record Usage(long Tokens, decimal CostUsd, int ApiCalls)
{
    /// <summary>Nothing.</summary>
    public static readonly Usage None = new(0, 0, 0);
}
