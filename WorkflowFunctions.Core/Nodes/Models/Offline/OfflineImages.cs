using System.Globalization;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>The built-in model's images: small pictures made from the prompt alone, free, and always the same.</summary>
internal static class OfflineImages
{
    private const int LongestSide = 256;

    private static readonly ImageSize s_usual = new(LongestSide, LongestSide);

    public static GeneratedImages Generate(ImageRequest request, ImageSize? size)
    {
        var within = (size ?? s_usual).Within(LongestSide);
        return new GeneratedImages
        {
            Images = [.. Enumerable.Range(0, request.Count).Select(index => Paint(request.Prompt, index, within))],
            Model = ModelCatalog.Offline,
            Used = ModelUsage.None with { Calls = 1 },
        };
    }

    private static GeneratedImage Paint(string prompt, int index, ImageSize size)
    {
        var dice = new Dice(prompt, index.ToString(CultureInfo.InvariantCulture));
        return new GeneratedImage(PngEncoder.Encode(size, new Painting(dice).Render(size)), "image/png");
    }
}

/// <summary>An abstract picture: a diagonal gradient of two related colours with a few soft discs of light on it.</summary>
internal sealed class Painting
{
    private readonly (double R, double G, double B) _from;
    private readonly (double R, double G, double B) _to;
    private readonly double _angle;
    private readonly Disc[] _discs;

    public Painting(Dice dice)
    {
        var hue = dice.NextFraction();
        _from = Color(hue, 0.65, 0.95);
        _to = Color(hue + 0.12 + (0.25 * dice.NextFraction()), 0.75, 0.55);
        _angle = dice.NextFraction() * Math.PI / 2;
        _discs = [.. Enumerable.Range(0, 4 + dice.Next(3)).Select(_ => new Disc(
            dice.NextFraction(), dice.NextFraction(), 0.12 + (0.3 * dice.NextFraction()), 0.08 + (0.17 * dice.NextFraction())))];
    }

    /// <returns>Three bytes for each pixel, from left to right and top to bottom.</returns>
    public byte[] Render(ImageSize size)
    {
        var pixels = new byte[size.Width * size.Height * 3];
        var (down, across) = Math.SinCos(_angle);
        var longest = (double)Math.Max(size.Width, size.Height);
        var next = 0;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var along = ((across * x / size.Width) + (down * y / size.Height)) / (across + down);
                var shade = 1.0;
                foreach (var disc in _discs)
                    shade *= 1 - disc.LightAt(x / longest, y / longest, size.Width / longest, size.Height / longest);
                var light = 1 - shade;
                pixels[next++] = Channel(_from.R, _to.R, along, light);
                pixels[next++] = Channel(_from.G, _to.G, along, light);
                pixels[next++] = Channel(_from.B, _to.B, along, light);
            }
        }

        return pixels;
    }

    private static byte Channel(double from, double to, double along, double light)
    {
        var mixed = from + ((to - from) * along);
        return (byte)Math.Round(255 * Math.Clamp(mixed + ((1 - mixed) * light), 0, 1));
    }

    // Hue, saturation and value to red, green and blue, each from 0 to 1.
    private static (double R, double G, double B) Color(double hue, double saturation, double value)
    {
        return (Of(5), Of(3), Of(1));

        double Of(int offset)
        {
            var sector = (offset + (hue * 6)) % 6;
            return value - (value * saturation * Math.Clamp(Math.Min(sector, 4 - sector), 0, 1));
        }
    }

    /// <summary>A disc with a soft edge; position as a part of the picture, radius as a part of its longer side.</summary>
    private readonly record struct Disc(double X, double Y, double Radius, double Strength)
    {
        private const double Edge = 0.02;

        public double LightAt(double x, double y, double width, double height)
        {
            var distance = Math.Sqrt(Math.Pow(x - (X * width), 2) + Math.Pow(y - (Y * height), 2));
            return Strength * Math.Clamp((Radius - distance) / Edge, 0, 1);
        }
    }
}
