using System.Globalization;

namespace WorkflowFunctions.Api.Recurring;

/// <summary>A quarter of a year in UTC: what archive tables and partitions hold.</summary>
/// <param name="Year">The year.</param>
/// <param name="Number">From 1 to 4.</param>
internal readonly record struct Quarter(int Year, int Number)
{
    /// <summary>Its first moment.</summary>
    public DateTimeOffset Start => new(Year, (Number * 3) - 2, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset End => Start.AddMonths(3);

    /// <summary>The one after it.</summary>
    public Quarter Next => Of(End);

    /// <summary>The quarter of a moment.</summary>
    public static Quarter Of(DateTimeOffset time) => new(time.UtcDateTime.Year, ((time.UtcDateTime.Month - 1) / 3) + 1);

    /// <summary>As tables are named by it (schema document): <c>2025_q1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}_q{Number}");
}
