using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>What a node gets: its rendered settings and what comes in, and what of it is recorded.</summary>
/// <param name="Settings">The settings, rendered, with secrets in them.</param>
/// <param name="Recorded">The same as <c>input_data_json</c>: with the job type, and masks in the place of secrets.</param>
/// <param name="Incoming">The outputs that come in over live edges.</param>
internal sealed record NodeInputs(JsonElement Settings, string Recorded, IReadOnlyList<(string NodeId, JsonElement Output)> Incoming)
{
    private static readonly Dictionary<string, ComputedNode> s_none = [];

    /// <summary>Renders the settings of a node over the params and the outputs that are recorded.</summary>
    /// <param name="services">Reads what is not in memory.</param>
    /// <param name="execution">The execution.</param>
    /// <param name="node">The node.</param>
    /// <param name="path">The node, as the record names it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <param name="unrecorded">Nodes that have run in the same step and are recorded with this one; null for none.</param>
    /// <exception cref="MissingVariableException">A variable does not exist.</exception>
    /// <exception cref="LiquidSyntaxException">A template cannot be evaluated.</exception>
    public static async Task<NodeInputs> RenderAsync(
        StepServices services,
        ActiveExecution execution,
        NodePlan node,
        NodePath path,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, ComputedNode>? unrecorded = null)
    {
        unrecorded ??= s_none;
        var sources = node.Type.ReadsIncoming(node.Node.Data) ? LiveSources(execution, node, path, unrecorded) : [];
        var paths = node.Reads.Select(read => path.See(read.NodeId, read.Depth)).Concat(sources.Select(source => source + path.Items));
        var outputs = await FindOutputsAsync(services, execution, [.. paths.Distinct()], unrecorded, cancellationToken);
        var scope = new ValueScope().Set("params", execution.Params).Set("execution", execution.ExecutionValue);
        foreach (var (nodeId, depth) in node.Reads)
        {
            if (outputs.TryGetValue(path.See(nodeId, depth), out var output))
                scope.SetNode(nodeId, output);
        }

        if (node.ReadsItem)
        {
            scope.Set("index", JsonSerializer.SerializeToElement(path.Index));
            scope.Set("item", await FindItemAsync(services, execution, node, path, cancellationToken));
        }

        var masked = node.Settings.ReadsSecrets
            ? node.Settings.Render(scope.Set("secrets", SecretMask.Masked(services.Secrets.Of(execution.Row.WorkspaceId))))
            : node.Settings.Render(scope);
        var settings = node.Settings.ReadsSecrets
            ? node.Settings.Render(scope.Set("secrets", JsonSerializer.SerializeToElement(services.Secrets.Of(execution.Row.WorkspaceId))))
            : masked;
        return new NodeInputs(
            settings,
            Record(node.Node.Type, masked),
            [
                .. sources.Where(source => outputs.ContainsKey(source + path.Items))
                    .Select(source => (source, outputs[source + path.Items])),
            ]);
    }

    private static IReadOnlyList<string> LiveSources(
        ActiveExecution execution, NodePlan node, NodePath path, IReadOnlyDictionary<string, ComputedNode> unrecorded) =>
    [
        .. node.Incoming
            .Where(edge => unrecorded.TryGetValue(edge.SourceId + path.Items, out var computed)
                ? computed.MakesLive(edge.Branch)
                : execution.FindJob(edge.SourceId + path.Items) is { Status: JobStatus.Completed or JobStatus.Failed } job
                    && Settlement.Completed(0, job.Branch).MakesLive(edge.Branch))
            .Select(edge => edge.SourceId)
            .Distinct(),
    ];

    private static async Task<Dictionary<string, JsonElement>> FindOutputsAsync(
        StepServices services,
        ActiveExecution execution,
        IReadOnlyList<string> paths,
        IReadOnlyDictionary<string, ComputedNode> unrecorded,
        CancellationToken cancellationToken)
    {
        var outputs = new Dictionary<string, JsonElement>(paths.Count, StringComparer.Ordinal);
        List<string>? unkept = null;
        foreach (var path in paths)
        {
            if (unrecorded.TryGetValue(path, out var computed))
                outputs[path] = computed.Output;
            else if (execution.TryGetOutput(path, out var output))
                outputs[path] = output;
            else if (execution.FindJob(path) is { Status: JobStatus.Completed or JobStatus.Failed } job
                && (!job.IsGiven || IsReached(execution, NodePath.Parse(path))))
                (unkept ??= []).Add(path);
        }

        if (unkept is not null)
        {
            foreach (var (path, output) in await services.Jobs.FindOutputsAsync(execution.Row.Id, unkept, cancellationToken))
            {
                outputs[path] = output;
                execution.KeepOutput(path, JsonMarshal.GetRawUtf8Value(output).Length, () => output);
            }
        }

        return outputs;
    }

    /// <summary>Whether a branch leads to a node whose output is given; that it is skipped may not be recorded yet.</summary>
    private static bool IsReached(ActiveExecution execution, NodePath path)
    {
        var incoming = execution.Plan[path.NodeId].Incoming;
        return incoming.Count == 0 || incoming.Any(edge =>
            execution.FindJob(edge.SourceId + path.Items) is not { } source
            || (source.Status is JobStatus.Completed or JobStatus.Failed && Settlement.Completed(0, source.Branch).MakesLive(edge.Branch)));
    }

    private static async Task<JsonElement> FindItemAsync(
        StepServices services, ActiveExecution execution, NodePlan node, NodePath path, CancellationToken cancellationToken)
    {
        var loop = path.See(node.Node.ParentId!, node.Depth - 1);
        if (execution.TryGetItem(loop, path.Index, out var item))
            return item;
        var jobId = Ids.OfJob(execution.Row.Id, loop);
        if (await services.Jobs.FindItemsAsync(jobId, cancellationToken) is { } items)
            execution.KeepItems(loop, items);
        return execution.TryGetItem(loop, path.Index, out item)
            ? item
            : await services.Jobs.FindItemAsync(jobId, path.Index, cancellationToken);
    }

    private static string Record(string jobType, JsonElement settings)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("job_type", jobType);
            foreach (var setting in settings.EnumerateObject())
                setting.WriteTo(writer);
            writer.WriteEndObject();
        }

        return StorableJson.Of(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
