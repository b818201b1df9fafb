using WorkflowFunctions.Nodes.Models.Offline;
using WorkflowFunctions.Nodes.Models.Remote;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Sends a request to the model it means.</summary>
internal sealed class ImageModels(ModelCatalog catalog, RemoteImages remote, WorkflowMetrics metrics) : IImageModels
{
    private const string AutomaticSize = "auto";

    public async Task<GeneratedImages> GenerateAsync(ImageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (string.IsNullOrWhiteSpace(request.Prompt))
            throw Wrong(request, "The prompt is empty; say what the image is to show.");
        if (request.Count is < 1 or > ImageRequest.MaxCount)
            throw Wrong(request, $"The number of images must be from 1 to {ImageRequest.MaxCount}; it is {request.Count}.");

        var size = SizeOf(request);
        return catalog.Find(request.Model, ModelKind.Image) is { } model
            ? await metrics
                .CountAsync(model.Name, () => remote.GenerateAsync(model, request, size, cancellationToken), images => images.Used)
                .ConfigureAwait(false)
            : OfflineImages.Generate(request, size);
    }

    private static ImageSize? SizeOf(ImageRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Size) || request.Size == AutomaticSize)
            return null;
        return ImageSize.TryParse(request.Size, out var size)
            ? size
            : throw Wrong(request, $"The image size '{request.Size}' is not of the form WIDTHxHEIGHT, for example 1024x1024.");
    }

    private static ModelException Wrong(ImageRequest request, string problem) => new(problem) { Model = request.Model };
}
