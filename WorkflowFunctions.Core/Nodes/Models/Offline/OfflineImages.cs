using System.Globalization;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>The built-in model's images: small pictures made from the prompt alone, free, and always the same.</summary>
internal static class OfflineImages
{
    private const int LongestSide = 256;

    private static readonly ImageSize Usual = new(LongestSide, LongestSide);

    public static GeneratedImages Generate(ImageRequest request, ImageSize? size)
    {
        var within = (size ?? Usual).Within(LongestSide);
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
