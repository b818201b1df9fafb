using WorkflowFunctions.Nodes.Models.Offline;
using WorkflowFunctions.Nodes.Models.Remote;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Sends a request to the model it means.</summary>
internal sealed class CopyModels(ModelCatalog catalog, RemoteCopy remote, WorkflowMetrics metrics) : ICopyModels
{
    public async Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (string.IsNullOrWhiteSpace(request.Prompt))
            throw Wrong("The prompt is empty; say what the model is to write.");
        if (request.MaxTokens < 1)
            throw Wrong($"The most tokens of the answer must be at least 1; it is {request.MaxTokens}.");

        var model = catalog.Find(request.Model, ModelKind.Copy);
        return await metrics.CountAsync(
            model?.Name ?? ModelCatalog.Offline,
            async () => model is null
                ? OfflineCopy.Generate(request)
                : await remote.GenerateAsync(model, request, cancellationToken).ConfigureAwait(false),
            copy => copy.Used).ConfigureAwait(false);

        ModelException Wrong(string problem) => new(problem) { Model = request.Model };
    }
}
