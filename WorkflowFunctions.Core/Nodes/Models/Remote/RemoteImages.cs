using Microsoft.Extensions.AI;

// The abstraction of images is marked experimental; it is used behind IImageModels only, so a change stays in this folder.
#pragma warning disable MEAI001

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Asks a configured model for images.</summary>
internal sealed class RemoteImages(OpenAiClients clients, ImageDownload download)
{
    public async Task<GeneratedImages> GenerateAsync(ConfiguredModel model, ImageRequest request, ImageSize? size, CancellationToken ct)
    {
        // No response format is asked for: newer models refuse the field, and both forms of answer are understood.
        var options = new ImageGenerationOptions
        {
            Count = request.Count,
            ImageSize = size is { } wanted ? new System.Drawing.Size(wanted.Width, wanted.Height) : null,
        };
        var asked = new ImageGenerationRequest(request.Prompt);
        var response = await clients.Images(model).GenerateAsync(asked, options, ct).ConfigureAwait(false);

        var cost = model.CostOf(response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0, response.Contents.Count);
        var files = new ImageFiles(model, cost);
        var images = new List<GeneratedImage>(response.Contents.Count);
        foreach (var content in response.Contents)
        {
            images.Add(content switch
            {
                DataContent data => files.Checked(data.Data),
                UriContent address => files.Checked(await download.ReadAsync(files, model.Endpoint.BaseUrl, address.Uri, ct).ConfigureAwait(false)),
                _ => throw files.Unusable("with an image in a form that is not known"),
            });
        }

        return images.Count == 0
            ? throw files.Unusable("without an image")
            : new GeneratedImages { Images = images, Model = model.Name, CostUsd = cost };
    }
}
