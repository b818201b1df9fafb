namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Checks the image files of one answer.</summary>
internal sealed class ImageFiles(ConfiguredModel model, ModelUsage used)
{
    /// <summary>The largest file that is kept, in bytes.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

    /// <summary>What the images took.</summary>
    public ModelUsage Used => used;

    /// <summary>Reads Base64 of either alphabet, with or without its padding and the beginning of a <c>data:</c> URL.</summary>
    /// <exception cref="ModelException">It is not Base64.</exception>
    public ReadOnlyMemory<byte> Decoded(string text)
    {
        var start = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf(',', StringComparison.Ordinal) + 1 : 0;
        var digits = text[start..].Replace('-', '+').Replace('_', '/').Trim().TrimEnd('=');
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
