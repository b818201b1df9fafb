namespace WorkflowFunctions.Tests;

public class ScaffoldTests
{
    [Fact]
    public void Runs() => Assert.NotNull(typeof(ScaffoldTests));
}
