namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Checks the image files of one answer.</summary>
internal sealed class ImageFiles(ConfiguredModel model, decimal cost)
{
    /// <summary>The largest file that is kept, in bytes.</summary>
    public const int MaxBytes = 20 * 1024 * 1024;

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
        new($"The {model.Described} answered {how}.", inner)
        {
            Model = model.Name,
            Endpoint = model.EndpointName,
            Status = status,
            IsTransient = isTransient,
            CostUsd = cost,
        };
}
