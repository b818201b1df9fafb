using System.ComponentModel;
using System.Diagnostics;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>The browser of the person who has started this.</summary>
internal static class Browser
{
    private static readonly string[] s_notThisDesktop = ["CI", "SSH_CONNECTION", "SSH_TTY", "DOTNET_RUNNING_IN_CONTAINER"];

    /// <summary>
    /// Whether somebody at a terminal of a desktop would see it: not in CI, a container, or a session from another machine.
    /// </summary>
    /// <param name="variable">Reads the environment.</param>
    /// <param name="isTerminal">Whether a person reads what is printed.</param>
    /// <param name="needsDisplay">Whether desktops of this system say in the environment that they are there.</param>
    public static bool IsSeen(Func<string, string?> variable, bool isTerminal, bool needsDisplay)
    {
        return isTerminal && !s_notThisDesktop.Any(IsSet) && (!needsDisplay || IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY"));

        bool IsSet(string name) => !string.IsNullOrEmpty(variable(name));
    }

    /// <summary>Opens an address, if it would be seen. The address is printed as well, so nothing is lost if no browser comes.</summary>
    public static void Open(string address, bool isTerminal)
    {
        if (!IsSeen(
                Environment.GetEnvironmentVariable, isTerminal, needsDisplay: !OperatingSystem.IsWindows() && !OperatingSystem.IsMacOS()))
            return;
        try
        {
            Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })?.Dispose();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
        }
    }
}
