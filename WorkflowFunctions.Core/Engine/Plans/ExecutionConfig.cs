using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>The settings of an execution: <c>workflow_executions.config_json</c> (workflow format, "Settings of an execution").</summary>
internal sealed record ExecutionConfig
{
    /// <summary>The schema of these settings.</summary>
    public static SettingsSchema Schema { get; } = SettingsSchema.Of<ExecutionConfig>();

    [Description("The params: those of the start over the template's defaults")]
    public JsonElement? Params { get; init; }

    [Description("The version of the template to run, one that has been saved; the published one, or what was saved last, unless given")]
    public string? TemplateVersion { get; init; }

    [Description("How many nodes may run at once"), Range(1, 10_000)]
    public int MaxParallelNodes { get; init; } = 50;

    /// <summary>The execution fails if it takes longer, in seconds. The time that it is paused does not count.</summary>
    [Description("The execution fails if it takes longer than this many seconds; the time that it is paused does not count")]
    [Range(0.001, 315_360_000d)]
    public double? TimeoutSeconds { get; init; }

    [Description("Once it has cost as much, in US dollars, the execution pauses before the next node starts"), Range(0d, 1_000_000d)]
    public decimal? MaxCostUsd { get; init; }

    /// <summary>Write a checkpoint each time that so many nodes have been settled; by default as often as costs little.</summary>
    [Description("Write a checkpoint each time that so many nodes have been settled"), Range(1, 10_000)]
    public int? CheckpointEveryNodes { get; init; }

    [Description("Of the executions of a hook: the headers of the call that are kept as params.headers")]
    public IReadOnlyList<string>? HookHeaders { get; init; }

    /// <summary>Of a hook: the secret, by its name, that calls have to be signed with.</summary>
    [Description("Of a hook: the name of the secret that calls have to be signed with")]
    public string? HookSecret { get; init; }

    /// <summary>Who is told what becomes of this execution, beside those who have subscribed.</summary>
    [Description("Who is told what becomes of the execution: an address, and which events; all unless given")]
    public CallbackSettings? Callback { get; init; }

    [Description("Whether each node has a row in celery_tasks")]
    public bool TrackTasks { get; init; } = true;

    /// <summary>Reads <c>config_json</c>. What others have written and cannot be read counts as not given.</summary>
    public static ExecutionConfig Read(JsonElement? config)
    {
        if (config is not { ValueKind: JsonValueKind.Object } given)
            return new ExecutionConfig();
        var usable = given
            .EnumerateObject()
            .Where(setting =>
                Schema.Property(setting.Name) is { } schema && !SchemaCheck.Check(schema, setting.Value, static _ => false).Any())
            .ToDictionary(setting => setting.Name, setting => setting.Value);
        return JsonSerializer.SerializeToElement(usable).Deserialize<ExecutionConfig>(SettingsSchema.Json)!;
    }

    /// <summary>Params in layers: where several have a param of one name, the last one's counts. What is no object has none.</summary>
    public static JsonObject MergeParams(params IEnumerable<JsonElement?> layers)
    {
        var merged = new JsonObject();
        foreach (var layer in layers)
        {
            if (layer is not { ValueKind: JsonValueKind.Object } given)
                continue;
            foreach (var param in given.EnumerateObject())
                merged[param.Name] = JsonSerializer.SerializeToNode(param.Value);
        }

        return merged;
    }

    /// <summary>Lists what is wrong with a config that is given at the start.</summary>
    public static IReadOnlyList<Problem> Check(JsonElement config)
    {
        IReadOnlyList<Problem> problems = [.. Schema.Check(config, static _ => false)];
        return problems.Count == 0 && Read(config).Callback is { } callback
            ? [.. callback.Check().Select(problem => problem with { Pointer = "/callback" + problem.Pointer })]
            : problems;
    }

    /// <summary>When an execution that begins now fails if it has not ended; null for never.</summary>
    public DateTimeOffset? DeadlineAfter(DateTimeOffset start) =>
        TimeoutSeconds is { } seconds ? start.AddSeconds(seconds) : null;

    /// <summary>How many nodes are to be settled after a checkpoint before the next one is due.</summary>
    /// <param name="settled">How many are settled by now.</param>
    /// <remarks>
    /// A checkpoint holds all outputs so far. Unless told otherwise, the interval grows with their number, so that writing them
    /// costs in proportion to the nodes and not to their square.
    /// </remarks>
    public int CheckpointInterval(int settled) => CheckpointEveryNodes ?? Math.Max(25, settled / 2);
}
