using WorkflowFunctions.Models.Offline;
using WorkflowFunctions.Models.Remote;

namespace WorkflowFunctions.Models;

/// <summary>Sends a request to the model it means.</summary>
internal sealed class CopyModels(ModelCatalog catalog, RemoteCopy remote) : ICopyModels
{
    public async Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ct.ThrowIfCancellationRequested();
        if (string.IsNullOrWhiteSpace(request.Prompt))
            throw Wrong("The prompt is empty; say what the model is to write.");
        if (request.MaxTokens < 1)
            throw Wrong($"The most tokens of the answer must be at least 1; it is {request.MaxTokens}.");

        return catalog.Find(request.Model, ModelKind.Copy) is { } model
            ? await remote.GenerateAsync(model, request, ct).ConfigureAwait(false)
            : OfflineCopy.Generate(request);

        ModelException Wrong(string problem) => new(problem) { Model = request.Model };
    }
}
