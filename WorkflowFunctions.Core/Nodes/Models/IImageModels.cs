using System.Globalization;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Makes images with whichever configured model a request names.</summary>
public interface IImageModels
{
    /// <summary>
    /// Makes one attempt: at most one call to the model's endpoint, and one download for each image it answers with as an address.
    /// </summary>
    /// <param name="request">What to show and with which model.</param>
    /// <param name="cancellationToken">Stops the attempt; there is no other time limit.</param>
    /// <exception cref="ModelException">The model is unknown, refused, could not be reached or answered badly.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<GeneratedImages> GenerateAsync(ImageRequest request, CancellationToken cancellationToken);
}

/// <summary>What a model is asked to show.</summary>
public sealed record ImageRequest
{
    /// <summary>The most images one request may ask for; OpenAI's own limit.</summary>
    public const int MaxCount = 10;

    /// <summary>What the images show; not empty.</summary>
    public required string Prompt { get; init; }

    /// <summary>A configured model's name or <c>offline</c>; null takes the default image model.</summary>
    public string? Model { get; init; }

    /// <summary>Pixels as <c>WIDTHxHEIGHT</c>, for example <c>1024x1024</c>; null or <c>auto</c> leaves it to the model.</summary>
    public string? Size { get; init; }

    /// <summary>How many images, 1 to <see cref="MaxCount"/>.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>The size of an image in pixels.</summary>
/// <param name="Width">Pixels from left to right, 1 to 8192.</param>
/// <param name="Height">Pixels from top to bottom, 1 to 8192.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    private const int MaxSide = 8192;

    /// <summary>Reads <c>WIDTHxHEIGHT</c>.</summary>
    public static bool TryParse(string text, out ImageSize size)
    {
        size = default;
        var parts = text.Split('x');
        if (parts.Length != 2 || !TryParseSide(parts[0], out var width) || !TryParseSide(parts[1], out var height))
            return false;
        size = new ImageSize(width, height);
        return true;
    }

    /// <summary>The same shape with no side longer than <paramref name="longest"/> pixels.</summary>
    internal ImageSize Within(int longest)
    {
        var scale = Math.Min(1.0, (double)longest / Math.Max(Width, Height));
        return new ImageSize(Scaled(Width, scale), Scaled(Height, scale));
    }

    /// <summary>The size as <c>WIDTHxHEIGHT</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));

    private static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= MaxSide;
}

/// <summary>The images a model made and what they took.</summary>
public sealed record GeneratedImages
{
    /// <summary>The images in the endpoint's order; at least one.</summary>
    public required IReadOnlyList<GeneratedImage> Images { get; init; }

    /// <summary>The configured name of the model that answered, or <c>offline</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What they took.</summary>
    public required ModelUsage Used { get; init; }
}

/// <summary>One image file.</summary>
/// <param name="Bytes">The file's bytes, at most 20 MB.</param>
/// <param name="MediaType">What the bytes are, for example <c>image/png</c>.</param>
public sealed record GeneratedImage(ReadOnlyMemory<byte> Bytes, string MediaType);
