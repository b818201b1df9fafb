using System.Diagnostics.CodeAnalysis;

namespace WorkflowFunctions.Workflows;

/// <summary>Time zones by their names in the IANA database.</summary>
internal static class TimeZones
{
    /// <summary>
    /// Finds a zone: <c>Europe/Berlin</c>. The machine's own (<c>localtime</c>), and other files beside the zones, are none.
    /// </summary>
    public static bool TryFind(string id, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return id is [>= 'A' and <= 'Z', ..]
            && TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone)
            && zone.HasIanaId;
    }
}
