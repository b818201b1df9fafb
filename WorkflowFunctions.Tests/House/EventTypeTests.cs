using System.Text.RegularExpressions;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.House;

public partial class EventTypeTests
{
    [Fact]
    public void The_page_listens_to_every_event_that_there_is_and_to_no_other()
    {
        var page = File.ReadAllText(Path.Combine(SampleFile.Folder, "..", "web", "src", "features", "executions", "view", "useEvents.ts"));
        var listened = Quoted().Matches(List().Match(page).Value).Select(name => name.Groups[1].Value);

        Assert.Equal(
            typeof(EventType).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            listened.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\[\s*'created'[^\]]*\]")]
    private static partial Regex List();

    [GeneratedRegex("'([a-z_]+)'")]
    private static partial Regex Quoted();
}
