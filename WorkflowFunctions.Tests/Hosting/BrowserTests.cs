using WorkflowFunctions.Local.Hosting;

namespace WorkflowFunctions.Tests.Hosting;

/// <summary>The first start opens a browser where somebody sits, and nowhere else.</summary>
public class BrowserTests
{
    [Theory]
    [InlineData(true, true, true, "DISPLAY")]
    [InlineData(true, true, true, "WAYLAND_DISPLAY")]
    [InlineData(true, true, false)]
    [InlineData(false, true, true)]
    [InlineData(false, false, true, "DISPLAY")]
    [InlineData(false, true, true, "DISPLAY", "CI")]
    [InlineData(false, true, true, "DISPLAY", "SSH_CONNECTION")]
    [InlineData(false, true, false, "DOTNET_RUNNING_IN_CONTAINER")]
    public void It_is_opened_at_the_terminal_of_a_desktop(bool expected, bool isTerminal, bool needsDisplay, params string[] variables) =>
        Assert.Equal(expected, Browser.IsSeen(name => variables.Contains(name) ? "1" : null, isTerminal, needsDisplay));
}
