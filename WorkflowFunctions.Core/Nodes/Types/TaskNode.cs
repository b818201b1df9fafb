using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>
/// <c>task</c>: lets a worker elsewhere do something, in whatever language. The task waits in the record (<c>workflow_tasks</c>) until a
/// worker claims it; what came of it is a signal, which the functions of <c>0070_worker_tasks.sql</c> send.
/// </summary>
internal sealed class TaskNode : NodeType<TaskNode.TaskSettings>
{
    /// <summary>What the name of the signal begins with that the result of a task is sent under.</summary>
    public const string SignalPrefix = "task:";

    /// <summary>The queue of tasks that name none, and of workers that ask for none.</summary>
    public const string DefaultQueue = "default";

    /// <inheritdoc/>
    public override string Name => "task";

    /// <inheritdoc/>
    public override bool Waits => true;

    /// <inheritdoc/>
    public override string Description => "Lets a worker of the team's own do something, and outputs its result.";

    /// <inheritdoc/>
    protected override bool KeepsSettings => true;

    /// <inheritdoc/>
    protected override Task<NodeResult> RunAsync(TaskSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        if (context.Signal is { } result)
        {
            return result.TryGetProperty("error", out var error)
                ? throw Failure(error)
                : Task.FromResult(NodeResult.Completed(result.GetProperty("output")));
        }

        // A result of an earlier attempt, which was given up, is not taken for one of this.
        var signal = $"{SignalPrefix}{context.NodeId}:{context.Retries}:{context.Attempt}";
        return Task.FromResult(NodeResult.WaitForWorker(signal, TaskOf(settings)));
    }

    private static WorkerTask TaskOf(TaskSettings settings) => new(
        settings.Name,
        settings.Queue,
        JsonSerializer.Serialize(settings.Args ?? [], SettingsSchema.Json),
        JsonSerializer.Serialize(settings.Kwargs ?? new Dictionary<string, JsonElement>(), SettingsSchema.Json),
        settings.HeartbeatSeconds,
        settings.MaxLostLeases);

    private static NodeFailedException Failure(JsonElement error) => new(
        error.GetProperty("message").GetString() ?? "The worker has not said why.",
        isTransient: error.GetProperty("retryable").ValueKind != JsonValueKind.False,
        retryAfter: error.GetProperty("retry_after_seconds") is { ValueKind: JsonValueKind.Number } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds.GetDouble(), 0, DelayNode.MaxSeconds))
            : null)
    {
        Traceback = error.GetProperty("traceback").GetString(),
    };

    /// <summary>The settings of <c>task</c>.</summary>
    public sealed record TaskSettings
    {
        [Description("The name that workers know the task by: tasks.generate_copy"), MinLength(1)]
        public required string Name { get; init; }

        [Description("The positional arguments: a list")]
        public IReadOnlyList<JsonElement>? Args { get; init; }

        [Description("The named arguments")]
        public IReadOnlyDictionary<string, JsonElement>? Kwargs { get; init; }

        [Description("The queue that the task waits in"), MinLength(1)]
        public string Queue { get; init; } = DefaultQueue;

        /// <summary>How long a lease lasts that is not renewed, in seconds.</summary>
        [Description("A worker that gives no sign of life for so many seconds loses the task to another one"), Range(0.1, 86_400d)]
        public double HeartbeatSeconds { get; init; } = 30;

        /// <summary>How many workers in a row may lose the task until the attempt fails.</summary>
        [Description("The attempt fails when so many workers have lost the task: it may be what ends them"), Range(1, 1_000)]
        public int MaxLostLeases { get; init; } = 5;
    }
}
