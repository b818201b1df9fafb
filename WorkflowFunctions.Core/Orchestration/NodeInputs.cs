using System.Buffers;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record;
using WorkflowFunctions.Templating;

namespace WorkflowFunctions.Orchestration;

/// <summary>What a node gets: its rendered settings and what comes in, and what of it is recorded.</summary>
/// <param name="Settings">The settings, rendered, with secrets in them.</param>
/// <param name="Recorded">The same as <c>input_data_json</c>: with the job type, and masks in the place of secrets.</param>
/// <param name="Incoming">The outputs that come in over live edges.</param>
internal sealed record NodeInputs(JsonElement Settings, string Recorded, IReadOnlyList<(string NodeId, JsonElement Output)> Incoming)
{
    /// <summary>Renders the settings of a node over the params and the outputs that are recorded.</summary>
    /// <exception cref="MissingVariableException">A variable does not exist.</exception>
    /// <exception cref="LiquidSyntaxException">A template cannot be evaluated.</exception>
    public static async Task<NodeInputs> RenderAsync(
        StepServices services, ActiveExecution execution, NodePlan node, CancellationToken cancellationToken)
    {
        var sources = node.Type.ReadsIncoming(node.Node.Data) ? LiveSources(execution, node) : [];
        var outputs = await FindOutputsAsync(services, execution, [.. node.Reads.Concat(sources).Distinct()], cancellationToken);
        var scope = new ValueScope().Set("params", execution.Params).Set("execution", execution.ExecutionValue);
        foreach (var nodeId in node.Reads)
        {
            if (outputs.TryGetValue(nodeId, out var output))
                scope.SetNode(nodeId, output);
        }

        var masked = node.Settings.ReadsSecrets
            ? node.Settings.Render(scope.Set("secrets", SecretMask.Masked(services.Secrets.All)))
            : node.Settings.Render(scope);
        var settings = node.Settings.ReadsSecrets
            ? node.Settings.Render(scope.Set("secrets", JsonSerializer.SerializeToElement(services.Secrets.All)))
            : masked;
        return new NodeInputs(
            settings,
            Record(node.Node.Type, masked),
            [.. sources.Where(outputs.ContainsKey).Select(source => (source, outputs[source]))]);
    }

    private static IReadOnlyList<string> LiveSources(ActiveExecution execution, NodePlan node) =>
    [
        .. node.Incoming
            .Where(edge => execution.FindJob(edge.SourceId) is { Status: JobStatus.Completed or JobStatus.Failed } job
                && Settlement.Completed(0, job.Branch).MakesLive(edge.Branch))
            .Select(edge => edge.SourceId)
            .Distinct(),
    ];

    private static async Task<Dictionary<string, JsonElement>> FindOutputsAsync(
        StepServices services, ActiveExecution execution, IReadOnlyList<string> nodeIds, CancellationToken cancellationToken)
    {
        var outputs = new Dictionary<string, JsonElement>(nodeIds.Count, StringComparer.Ordinal);
        List<string>? unkept = null;
        foreach (var nodeId in nodeIds)
        {
            if (execution.TryGetOutput(nodeId, out var output))
                outputs[nodeId] = output;
            else if (execution.FindJob(nodeId) is { Status: JobStatus.Completed or JobStatus.Failed })
                (unkept ??= []).Add(nodeId);
        }

        if (unkept is not null)
        {
            foreach (var (nodeId, output) in await services.Jobs.FindOutputsAsync(execution.Row.Id, unkept, cancellationToken))
                outputs[nodeId] = output;
        }

        return outputs;
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
