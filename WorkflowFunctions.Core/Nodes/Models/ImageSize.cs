using System.Globalization;

namespace WorkflowFunctions.Nodes.Models;

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
