using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Makes executions that begin where a checkpoint of another one stood.</summary>
internal sealed class ExecutionFork(ExecutionQueries executions, CheckpointStore checkpoints, WorkflowPlans plans)
{
    /// <summary>Makes an execution from a checkpoint.</summary>
    /// <exception cref="ApiException">400: the execution has no such checkpoint, or what it ran is not known.</exception>
    public async Task<ExecutionRow> AcceptAsync(ExecutionRow origin, ForkRequest request, string createdBy, CancellationToken cancellationToken)
    {
        var checkpoint = await checkpoints.FindAsync(origin.Id, request.CheckpointId, cancellationToken)
            ?? throw UnknownCheckpoint(origin, request);
        var version = Text(checkpoint.ExecutionState, "template_version") ?? origin.TemplateVersion;
        var (plan, problems) = version is null ? default : await plans.GetAsync(version, cancellationToken);
        if (plan is null)
            throw ApiException.Invalid(problems is { Count: > 0 } ? [.. problems] : [new Problem("/checkpoint_id", "The checkpoint does not say which workflow it is of.", "a checkpoint that was written since the execution began")]);
        return await executions.ForkAsync(
            new ForkWrite
            {
                Id = Ids.New("exec"),
                ExecutionId = origin.Id,
                CheckpointId = checkpoint.Id,
                TemplateVersion = plan.Version,
                ConfigJson = Config(checkpoint, request),
                Nodes = [.. Settled(checkpoint, plan)],
                CreatedBy = createdBy,
            },
            cancellationToken) ?? throw UnknownCheckpoint(origin, request);
    }

    private static IEnumerable<ForkedNode> Settled(CheckpointRow checkpoint, WorkflowPlan plan)
    {
        var completed = checkpoint.CompletedNodeIds.ToHashSet(StringComparer.Ordinal);
        var skipped = Texts(checkpoint.ExecutionState, "skipped_node_ids");
        // A node that failed and was gone past has an output, its error.
        var failed = checkpoint.NodeOutputs is { ValueKind: JsonValueKind.Object } outputs
            ? outputs.EnumerateObject().Select(output => output.Name).Where(id => !completed.Contains(id))
            : [];
        return completed.Select(id => (Id: id, Status: JobStatus.Completed))
            .Concat(skipped.Select(id => (Id: id, Status: JobStatus.Skipped)))
            .Concat(failed.Select(id => (Id: id, Status: JobStatus.Failed)))
            .Where(node => IsKept(NodePath.Parse(node.Id), plan, completed))
            .Select(node => new ForkedNode(node.Id, plan.Graph[NodePath.Parse(node.Id).NodeId].Type, node.Status));
    }

    /// <summary>A loop that had not ended begins anew, for the items that it has by the new params.</summary>
    private static bool IsKept(NodePath path, WorkflowPlan plan, HashSet<string> completed)
    {
        if (plan.Graph.Find(path.NodeId) is not { } node)
            return false;
        for (var (parent, depth) = (node.ParentId, plan.Graph.Depth(node.Id)); parent is not null; parent = plan.Graph[parent].ParentId)
        {
            if (!completed.Contains(path.See(parent, --depth)))
                return false;
        }

        return true;
    }

    private static string Config(CheckpointRow checkpoint, ForkRequest request)
    {
        var config = checkpoint.ExecutionState.TryGetProperty("config", out var given) && given.ValueKind == JsonValueKind.Object
            ? JsonObject.Create(given)!
            : [];
        JsonElement? former = given.ValueKind == JsonValueKind.Object && given.TryGetProperty("params", out var values) ? values : null;
        config["params"] = ExecutionConfig.MergeParams(former, JsonSerializer.SerializeToElement(request.Params));
        return config.ToJsonString();
    }

    private static ApiException UnknownCheckpoint(ExecutionRow origin, ForkRequest request) => ApiException.Invalid(new Problem(
        "/checkpoint_id",
        $"The execution '{origin.Id}' has no checkpoint '{request.CheckpointId}'.",
        $"one that GET /api/executions/{origin.Id}/checkpoints lists"));

    private static string? Text(JsonElement state, string name) =>
        state.ValueKind == JsonValueKind.Object && state.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string> Texts(JsonElement state, string name) =>
        state.ValueKind == JsonValueKind.Object && state.TryGetProperty(name, out var values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Select(value => value.GetString()!)
            : [];
}

/// <summary>Asks for an execution that begins where a checkpoint stood.</summary>
internal sealed record ForkRequest
{
    /// <summary>The checkpoint.</summary>
    [Description("The checkpoint to begin from")]
    public required string CheckpointId { get; init; }

    [Description("Params over those of the checkpoint; nodes that were settled then do not run again")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }
}

/// <summary>Makes an execution from a checkpoint of another one.</summary>
internal sealed record ForkWrite
{
    /// <summary>The id of the new execution.</summary>
    public required string Id { get; init; }

    /// <summary>The execution that it is forked from.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The checkpoint.</summary>
    public required string CheckpointId { get; init; }

    /// <summary>The template version to run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>Params and limits, as JSON.</summary>
    public required string ConfigJson { get; init; }

    /// <summary>The nodes that are settled already.</summary>
    public required IReadOnlyList<ForkedNode> Nodes { get; init; }

    /// <summary>Who asks for it.</summary>
    public required string CreatedBy { get; init; }
}

/// <summary>A node that a fork begins with.</summary>
/// <param name="NodeId">The node, as the record names it.</param>
/// <param name="JobType">Its type.</param>
/// <param name="Status">How it was settled.</param>
internal sealed record ForkedNode(string NodeId, string JobType, string Status);
