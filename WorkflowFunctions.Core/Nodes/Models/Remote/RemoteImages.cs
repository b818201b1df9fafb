using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Asks a configured model for images.</summary>
internal sealed class RemoteImages(ModelEndpoint endpoint, ImageDownload download)
{
    public async Task<GeneratedImages> GenerateAsync(
        ConfiguredModel model, ImageRequest request, ImageSize? size, CancellationToken cancellationToken)
    {
        // No response format is asked for: newer models refuse the field, and both forms of answer are understood.
        var call = new JsonObject { ["model"] = model.ProviderName, ["prompt"] = request.Prompt, ["n"] = request.Count };
        if (size is { } wanted)
            call["size"] = wanted.ToString();
        var answer = await endpoint.PostAsync(
            model, "generate_content", "/images/generations", call, _ => model.UsageOf(0, 0, request.Count), mostTokens: 0,
            cancellationToken)
            .ConfigureAwait(false);

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
            var text = image.Member("b64_json").NonEmptyText() ?? image.Member("url").NonEmptyText() ?? image.NonEmptyText();
            if (text is null)
                throw files.Unusable("with an image in a form that is not known");
            return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme != "data"
                ? await download.ReadAsync(files, model.Endpoint.BaseUrl, address, cancellationToken).ConfigureAwait(false)
                : files.Decoded(text);
        }
    }
}

/// <summary>Checks the image files of one answer.</summary>
internal sealed class ImageFiles(ConfiguredModel model, ModelUsage used)
{
    /// <summary>The largest file that is kept, in bytes.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>What the images took.</summary>
    public ModelUsage Used => used;

    /// <summary>
    /// Reads Base64 of either alphabet, in one line or several, with or without its padding and the beginning of a <c>data:</c> URL.
    /// </summary>
    /// <exception cref="ModelException">It is not Base64.</exception>
    public ReadOnlyMemory<byte> Decoded(string text)
    {
        var start = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf(',', StringComparison.Ordinal) + 1 : 0;
        var digits = text[start..].ReplaceLineEndings("").Replace('-', '+').Replace('_', '/').Trim().TrimEnd('=');
        try
        {
            return Convert.FromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw Unusable("with an image that is not Base64");
        }
    }

    /// <exception cref="ModelException">The file is too large or not an image.</exception>
    public GeneratedImage Checked(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw TooLarge();
        var mediaType = ImageMediaType.Of(bytes.Span) ?? throw Unusable("with a file that is not a PNG, JPEG, WebP or GIF image");
        return new GeneratedImage(bytes, mediaType);
    }

    public ModelException TooLarge() =>
        Unusable($"with an image of more than {MaxBytes / 1024 / 1024} MB; ask for a smaller size", isTransient: false);

    public ModelException Unusable(string how, bool isTransient = true, int? status = null, Exception? inner = null) =>
        model.Failure($"The {model.Described} answered {how}.", used, isTransient, status: status, inner: inner);
}

/// <summary>Knows image files by their first bytes, because endpoints name the wrong type or none.</summary>
internal static class ImageMediaType
{
    public static string? Of(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        _ => null,
    };
}
