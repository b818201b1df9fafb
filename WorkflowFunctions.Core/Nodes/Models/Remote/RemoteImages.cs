using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Asks a configured model for images.</summary>
internal sealed class RemoteImages(ModelEndpoint endpoint, ImageDownload download)
{
    public async Task<GeneratedImages> GenerateAsync(ConfiguredModel model, ImageRequest request, ImageSize? size, CancellationToken ct)
    {
        // No response format is asked for: newer models refuse the field, and both forms of answer are understood.
        var call = new JsonObject { ["model"] = model.ProviderName, ["prompt"] = request.Prompt, ["n"] = request.Count };
        if (size is { } wanted)
            call["size"] = wanted.ToString();
        var answer = await endpoint.PostAsync(
            model, "generate_content", "/images/generations", call, _ => model.UsageOf(0, 0, request.Count), ct).ConfigureAwait(false);

        var given = answer.Member("data").Items().ToList();
        var (input, output) = TokenUsage.Read(answer).Completed(0, 0);
        var files = new ImageFiles(model, model.UsageOf(input, output, given.Count));
        var images = new List<GeneratedImage>(given.Count);
        foreach (var image in given)
            images.Add(files.Checked(await BytesOfAsync(image).ConfigureAwait(false)));
        return images.Count == 0
            ? throw files.Unusable("without an image")
            : new GeneratedImages { Images = images, Model = model.Name, Used = files.Used };

        async Task<ReadOnlyMemory<byte>> BytesOfAsync(JsonElement image)
        {
            var text = image.Member("b64_json").Words() ?? image.Member("url").Words() ?? image.Words();
            if (text is null)
                throw files.Unusable("with an image in a form that is not known");
            return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme != "data"
                ? await download.ReadAsync(files, model.Endpoint.BaseUrl, address, ct).ConfigureAwait(false)
                : files.Decoded(text);
        }
    }
}
