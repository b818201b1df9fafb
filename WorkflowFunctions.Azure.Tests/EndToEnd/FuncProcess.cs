using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.EndToEnd;

/// <summary>The Functions app as people run it: <c>func start</c>, with the settings of the sample. It can be killed.</summary>
public sealed class FuncProcess : IEngineHost
{
    /// <summary>Why tests of it are skipped.</summary>
    public const string Missing = "Azure Functions Core Tools are needed: the program func, on the PATH.";

    private static readonly string? s_program = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from name in OperatingSystem.IsWindows() ? (string[])["func.exe", "func.cmd"] : ["func"]
        select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    // The two projects are built alike.
    private static readonly string s_app = AppContext.BaseDirectory.Replace(
        "WorkflowFunctions.Azure.Tests", "WorkflowFunctions", StringComparison.Ordinal);

    private readonly Process _process;
    private readonly ServerProcess _server;

    private FuncProcess(Process process, ServerProcess server) => (_process, _server) = (process, server);

    /// <summary>Whether Core Tools are on this machine.</summary>
    public static bool IsInstalled => s_program is not null;

    public ApiClient Client => _server.Client;

    /// <summary>Starts the app on a database and an account of Azure Storage, and waits until it is ready.</summary>
    /// <param name="database">The database.</param>
    /// <param name="storage">The account, as a connection string.</param>
    /// <param name="hub">The name of the task hub: what an app that was killed left there, the next one goes on with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<FuncProcess> StartAsync(TestDatabase database, string storage, string hub, CancellationToken cancellationToken)
    {
        var port = FreePort.Find();
        var start = new ProcessStartInfo(s_program!, ["start", "--no-build", "--port", port.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = s_app,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var sample = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(s_app, "local.settings.sample.json"), cancellationToken))!;
        foreach (var (name, value) in sample["Values"]!.AsObject())
            start.Environment[name] = value!.GetValue<string>();
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["ConnectionStrings__Workflow"] = database.ConnectionString;
        start.Environment["AzureFunctionsJobHost__extensions__durableTask__hubName"] = hub;
        // The services that the tests call are on this machine.
        start.Environment["Http__AllowPrivateAddresses"] = "true";
        start.Environment["FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT"] = "1";
        // For the in-process test host only.
        start.Environment.Remove("DOTNET_PROCESSOR_COUNT");
        // By this name the host takes a machine for one of Azure's own, whatever made the container.
        start.Environment.Remove("CONTAINER_NAME");

        var process = Process.Start(start)!;
        try
        {
            var address = new Uri($"http://127.0.0.1:{port}");
            return new FuncProcess(process, await ServerProcess.WatchAsync(process, address, cancellationToken));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>SIGKILL to the host and to the worker that it has started: nothing is said goodbye to.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _server.DisposeAsync();
    }
}
