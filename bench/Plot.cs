using System.Globalization;
using System.Net;
using System.Text;

namespace WorkflowFunctions.Bench;

/// <summary>A curve of a plot.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Points">Its points.</param>
internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Draws curves over two logarithmic axes, as an SVG that can be read on light and on dark pages.</summary>
internal static class Plot
{
    private const int Width = 760;
    private const int Height = 438;
    private const int Left = 70;
    private const int Right = 36;
    private const int Top = 44;
    private const int Bottom = 114;

    private static readonly string[] s_colors = ["#2f6fde", "#d9822b", "#2a9d68", "#b0449c"];

    /// <summary>The SVG.</summary>
    public static string Draw(string title, IReadOnlyList<Curve> curves)
    {
        var xs = Decades(curves.SelectMany(curve => curve.Points).Select(point => point.X));
        var ys = Decades(curves.SelectMany(curve => curve.Points).Select(point => point.Y));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" "
            + $"font-family=\"system-ui, sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" rx=\"8\" fill=\"#ffffff\"/>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{Left}\" y=\"26\" font-size=\"15\" font-weight=\"600\" fill=\"#1d2733\">{WebUtility.HtmlEncode(title)}</text>\n");
        foreach (var decade in Steps(xs))
            Line(svg, X(decade, xs), Top, X(decade, xs), Height - Bottom, decade, X(decade, xs), Height - Bottom + 18, "middle");
        foreach (var decade in Steps(ys))
            Line(svg, Left, Y(decade, ys), Width - Right, Y(decade, ys), decade, Left - 8, Y(decade, ys) + 4, "end");
        for (var i = 0; i < curves.Count; i++)
            DrawCurve(svg, curves[i], i, xs, ys);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawCurve(StringBuilder svg, Curve curve, int place, (int From, int To) xs, (int From, int To) ys)
    {
        var color = s_colors[place % s_colors.Length];
        var points = string.Join(
            ' ', curve.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X, xs):0.#},{Y(point.Y, ys):0.#}")));
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>\n");
        foreach (var (x, y) in curve.Points)
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(x, xs):0.#}\" cy=\"{Y(y, ys):0.#}\" r=\"3.5\" fill=\"{color}\"/>\n");
        var top = Height - 74 + (place * 18);
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{top - 9}\" width=\"14\" height=\"4\" rx=\"2\" "
            + $"fill=\"{color}\"/><text x=\"{Left + 22}\" y=\"{top - 2}\" fill=\"#1d2733\">{WebUtility.HtmlEncode(curve.Name)}</text>\n");
    }

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, double value, double x, double y, string anchor)
    {
        svg.Append(
            CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"#dfe5ec\"/>");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" fill=\"#5b6776\">{value:#,0.##}</text>\n");
    }

    private static (int From, int To) Decades(IEnumerable<double> values)
    {
        var all = values.ToList();
        return (
            (int)Math.Floor(Math.Log10(all.Min())),
            Math.Max((int)Math.Floor(Math.Log10(all.Min())) + 1, (int)Math.Ceiling(Math.Log10(all.Max()))));
    }

    private static IEnumerable<double> Steps((int From, int To) decades) =>
        Enumerable.Range(decades.From, decades.To - decades.From + 1).Select(power => Math.Pow(10, power));

    private static double X(double value, (int From, int To) decades) =>
        Left + ((Math.Log10(value) - decades.From) / (decades.To - decades.From) * (Width - Left - Right));

    private static double Y(double value, (int From, int To) decades) =>
        Height - Bottom - ((Math.Log10(value) - decades.From) / (decades.To - decades.From) * (Height - Top - Bottom));
}
