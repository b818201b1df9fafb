using System.Globalization;
using System.Text;

namespace WorkflowFunctions.Database;

/// <summary>Where a page of rows ended that are listed newest first.</summary>
/// <param name="CreatedAt">Of its last row; null for a row without a time, of which other writers leave some. They come first.</param>
/// <param name="Id">Of its last row.</param>
internal sealed record PageCursor(DateTimeOffset? CreatedAt, string Id)
{
    private const string NoTime = "-";

    /// <summary>As it travels in a URL.</summary>
    public override string ToString() =>
        Convert
            .ToBase64String(Encoding.UTF8.GetBytes($"{CreatedAt?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? NoTime} {Id}"))
            .Replace('+', '-')
            .Replace('/', '_');

    /// <summary>Reads one back; null for what is not a cursor.</summary>
    public static PageCursor? Parse(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Replace('-', '+').Replace('_', '/'), bytes, out var length))
            return null;
        if (Encoding.UTF8.GetString(bytes, 0, length).Split(' ', 2) is not [var ticks, var id] || id.Contains('\0'))
            return null;
        if (ticks == NoTime)
            return new PageCursor(null, id);
        return long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time <= DateTime.MaxValue.Ticks
            ? new PageCursor(new DateTimeOffset(time, TimeSpan.Zero), id)
            : null;
    }
}
