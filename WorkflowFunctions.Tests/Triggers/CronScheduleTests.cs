using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>Times in time zones, where clocks go forward and back.</summary>
public class CronScheduleTests
{
    [Theory]
    // A time of day is the people's, not UTC's.
    [InlineData("0 7 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", "28T06:00 29T05:00 30T05:00")]
    [InlineData("0 7 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z", "24T05:00 25T06:00 26T06:00")]
    // 02:00 to 03:00 is left out: a time in it comes at the end of the gap.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", "28T01:30 29T01:00 30T00:30")]
    [InlineData("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:10:00Z", "29T00:30 29T01:00 29T01:30")]
    // 02:00 to 03:00 comes twice: a time in it counts once, an interval goes on.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "25T00:30 26T01:30 27T01:30")]
    [InlineData("*/30 * * * *", "Europe/Berlin", "2026-10-24T23:50:00Z", "25T00:00 25T00:30 25T01:00 25T01:30 25T02:00")]
    // Half an hour forward, and a zone that is not whole hours from UTC.
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "03T15:30 04T15:15 05T15:15")]
    [InlineData("0 9 * * MON-FRI", "Asia/Kolkata", "2026-05-01T00:00:00Z", "01T03:30 04T03:30 05T03:30")]
    [InlineData("30 0 7 * * *", "America/New_York", "2026-05-01T00:00:00Z", "01T11:00:30 02T11:00:30")]
    public void Times_are_those_of_the_zone(string cron, string zone, string after, string expected)
    {
        var times = Read(cron, zone);
        var expectedTimes = expected.Split(' ');
        var next = DateTimeOffset.Parse(after);

        var found = new List<DateTimeOffset>();
        while (found.Count < expectedTimes.Length)
            found.Add(next = times.NextAfter(next)!.Value);

        Assert.Equal(expectedTimes, found.Select(time => time.ToString(time.Second == 0 ? "dd'T'HH:mm" : "dd'T'HH:mm:ss")));
        Assert.All(found, time => Assert.Equal(TimeSpan.Zero, time.Offset));
        // Looked at from the end, they are the same.
        Assert.Equal(found, times.Latest(found.Count, DateTimeOffset.Parse(after), found[^1]));
        Assert.Equal(found.TakeLast(2), times.Latest(2, DateTimeOffset.Parse(after), found[^1].AddSeconds(1)));
    }

    [Fact]
    public void The_latest_times_of_a_span_leave_out_its_beginning_and_hold_its_end()
    {
        var times = Read("0 * * * *", "UTC");
        var (two, four) = (DateTimeOffset.Parse("2026-05-04T02:00:00Z"), DateTimeOffset.Parse("2026-05-04T04:00:00Z"));

        Assert.Equal([two.AddHours(1), four], times.Latest(10, two, four));
        Assert.Equal([four], times.Latest(1, two, four.AddMinutes(59)));
        Assert.Empty(times.Latest(10, four, four.AddMinutes(59)));
        Assert.Empty(times.Latest(10, four, four));
    }

    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("UTC", "UTC")]
    [InlineData("Etc/UTC", "Etc/UTC")]
    [InlineData("CET", "CET")]
    [InlineData("localtime", null)]
    [InlineData("posixrules", null)]
    [InlineData("right/Europe/Berlin", null)]
    [InlineData("Europe", null)]
    [InlineData("Europe/../Europe/Berlin", null)]
    [InlineData("../zoneinfo/Europe/Berlin", null)]
    [InlineData("/usr/share/zoneinfo/Europe/Berlin", null)]
    [InlineData("Mars/Base", null)]
    [InlineData("+02:00", null)]
    [InlineData("", null)]
    public void Zones_are_those_of_the_IANA_database(string id, string? expected)
    {
        Assert.Equal(expected is not null, TimeZones.TryFind(id, out var zone));
        Assert.Equal(expected, zone?.Id);
    }

    private static CronSchedule Read(string cron, string zoneId)
    {
        Assert.True(TimeZones.TryFind(zoneId, out var zone));
        Assert.True(CronSchedule.TryParse(cron, zone, out var times));
        return times;
    }
}
