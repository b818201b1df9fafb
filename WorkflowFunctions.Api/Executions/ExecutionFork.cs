using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Makes executions that begin where a checkpoint of another one stood.</summary>
internal sealed class ExecutionFork(ExecutionStore executions, CheckpointStore checkpoints, WorkflowPlans plans)
{
    /// <summary>Makes an execution from a checkpoint.</summary>
    /// <exception cref="ApiException">400: the execution has no such checkpoint, or what it ran is not known.</exception>
    public async Task<ExecutionRow> AcceptAsync(
        ExecutionRow origin, ForkRequest request, string createdBy, CancellationToken cancellationToken)
    {
        var checkpoint = await checkpoints.FindAsync(origin.Id, request.CheckpointId, cancellationToken)
            ?? throw UnknownCheckpoint(origin, request);
        var version = Text(checkpoint.ExecutionState, "template_version") ?? origin.TemplateVersion;
        var (plan, problems) = version is null ? default : await plans.GetAsync(version, cancellationToken);
        if (plan is null)
            throw ApiException.Invalid(
                problems is { Count: > 0 }
                    ? [.. problems]
                    :
                    [
                        new Problem(
                            "/checkpoint_id", "The checkpoint does not say which workflow it is of.",
                            "a checkpoint that was written since the execution began"),
                    ]);
        var (row, _) = await executions.StartAsync(
            new NewExecution
            {
                Id = Ids.New("exec"),
                TemplateId = origin.TemplateId,
                TemplateVersion = plan.Version,
                ProjectId = origin.ProjectId,
                WorkspaceId = origin.WorkspaceId,
                UserId = origin.UserId,
                ConfigJson = Config(checkpoint, request),
                CreatedBy = createdBy,
                Given = new GivenJobs
                {
                    OriginExecutionId = origin.Id,
                    OriginCheckpointId = checkpoint.Id,
                    Jobs = [.. Settled(checkpoint, plan)],
                    DefaultParallel = ForEachNode.DefaultParallel,
                    Message = $"Forked from {origin.Id}",
                    EventData = JsonSerializer.Serialize(new { from_execution = origin.Id, from_checkpoint = checkpoint.Id }),
                },
            },
            cancellationToken);
        return row;
    }

    private static IEnumerable<GivenJob> Settled(CheckpointRow checkpoint, WorkflowPlan plan)
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
            .Select(
                node => new GivenJob(node.Id, plan.Graph[NodePath.Parse(node.Id).NodeId].Type, node.Status) { Branch = BranchOf(node.Id) });

        string? BranchOf(string id) => checkpoint.ExecutionState.TryGetProperty("branches", out var branches)
            && branches.ValueKind == JsonValueKind.Object && branches.TryGetProperty(id, out var branch) ? branch.GetString() : null;
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
        state.ValueKind == JsonValueKind.Object && state.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

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
