using System.Text.Json;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Nodes;

public sealed class NodePolicyTests
{
    [Fact]
    public void The_defaults_are_those_of_the_format() =>
        Assert.Equal(
            new NodePolicy
            {
                Label = null,
                Retry = new RetryPolicy { MaxAttempts = 3, DelaySeconds = 1, Backoff = 2, MaxDelaySeconds = 60 },
                TimeoutSeconds = null,
                OnError = OnError.Fail,
                Join = JoinKind.All,
            },
            Read("{}"));

    [Fact]
    public void What_is_given_is_read_and_the_rest_stays_as_it_is() =>
        Assert.Equal(
            new NodePolicy
            {
                Label = "Write",
                Retry = new RetryPolicy { MaxAttempts = 5, DelaySeconds = 1, Backoff = 1.5, MaxDelaySeconds = 60 },
                TimeoutSeconds = 0.5,
                OnError = OnError.Branch,
                Join = JoinKind.Any,
            },
            Read("""
                { "label": "Write", "retry": { "max_attempts": 5, "backoff": 1.5 }, "timeout_seconds": 0.5, "on_error": "branch",
                  "join": "any", "prompt": 5 }
                """));

    [Theory]
    [InlineData("{}", "1 2 4 8 16 32 60 60")]
    [InlineData("""{ "retry": { "delay_seconds": 0 } }""", "0 0 0")]
    [InlineData("""{ "retry": { "delay_seconds": 0.5, "backoff": 1 } }""", "0.5 0.5 0.5")]
    [InlineData("""{ "retry": { "delay_seconds": 100 } }""", "60 60")]
    [InlineData("""{ "retry": { "delay_seconds": 10, "backoff": 3, "max_delay_seconds": 50 } }""", "10 30 50 50")]
    public void The_waits_between_attempts_grow_to_a_limit(string data, string seconds) =>
        Assert.Equal(
            seconds,
            string.Join(' ', seconds.Split(' ').Select((_, index) => Read(data).Retry.DelayAfter(index + 1).TotalSeconds)));

    [Fact]
    public void The_wait_after_a_hundred_attempts_with_the_largest_factor_is_still_the_limit() =>
        Assert.Equal(TimeSpan.FromSeconds(60), Read("""{ "retry": { "backoff": 100 } }""").Retry.DelayAfter(99));

    [Fact]
    public void No_delay_stays_no_delay_however_many_attempts_there_are() =>
        Assert.Equal(
            TimeSpan.Zero, Read("""{ "retry": { "delay_seconds": 0, "backoff": 100, "max_attempts": 100 } }""").Retry.DelayAfter(99));

    private static NodePolicy Read(string data) => NodePolicy.Read(JsonElement.Parse(data), new MergeNode().Schema);
}
