using System.Globalization;
using System.Text;

namespace WorkflowFunctions.Record;

/// <summary>Where a page of rows ended that are listed newest first.</summary>
/// <param name="CreatedAt">Of its last row.</param>
/// <param name="Id">Of its last row.</param>
public sealed record PageCursor(DateTimeOffset CreatedAt, string Id)
{
    /// <summary>As it travels in a URL.</summary>
    public override string ToString() => Convert.ToBase64String(
        Encoding.UTF8.GetBytes($"{CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture)} {Id}")).Replace('+', '-').Replace('/', '_');

    /// <summary>Reads one back; null for what is not a cursor.</summary>
    public static PageCursor? Parse(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Replace('-', '+').Replace('_', '/'), bytes, out var length))
            return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(' ', 2) is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            && time <= DateTime.MaxValue.Ticks
            && !id.Contains('\0')
            ? new PageCursor(new DateTimeOffset(time, TimeSpan.Zero), id)
            : null;
    }
}
