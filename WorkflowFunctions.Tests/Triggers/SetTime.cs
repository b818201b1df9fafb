namespace WorkflowFunctions.Tests.Triggers;

/// <summary>A clock that a test sets.</summary>
internal sealed class SetTime(string now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.Parse(now);

    public override DateTimeOffset GetUtcNow() => Now;
}
