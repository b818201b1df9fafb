using System.Diagnostics;
using WorkflowFunctions.Tests.EndToEnd;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>The program, as a process of its own.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private CommandProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public bool IsRunning => !_process.HasExited;

    public static CommandProcess Start(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment) =>
        new(ServerProcess.Run(arguments, null, environment));

    /// <summary>Ends it by SIGKILL: it has no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code and all that it printed.</returns>
    public async Task<(int Code, string Text)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _output + await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
