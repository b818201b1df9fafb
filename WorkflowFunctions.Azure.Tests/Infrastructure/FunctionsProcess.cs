using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using Xunit.Runner.InProc.SystemConsole;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>
/// The Functions app in a process of its own, which can be killed. It has no sweep: what it goes on with, it has from its histories.
/// </summary>
public static class FunctionsProcess
{
    private const string Command = "functions";

    // The next app has to wait for as long.
    private static readonly TimeSpan s_inHand = TimeSpan.FromSeconds(15);

    /// <summary>Starts the app, and waits until it is ready.</summary>
    /// <param name="database">The database.</param>
    /// <param name="storage">The account of the histories.</param>
    /// <param name="hub">The task hub: what an app that was killed left there, the next one goes on with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<ServerProcess> StartAsync(TestDatabase database, string storage, string hub, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var process = ServerProcess.Run(
            typeof(FunctionsProcess).Assembly, [Command, address.ToString(), database.ConnectionString, storage, hub]);
        return ServerProcess.WatchAsync(process, address, cancellationToken);
    }

    /// <summary>The app, if that is asked for; else the tests.</summary>
    public static async Task<int> Main(string[] args)
    {
        if (args is not [Command, var address, var connectionString, var storage, var hub])
            return await ConsoleRunner.Run(args);
        await using var database = new TestDatabase(connectionString, () => Task.CompletedTask);
        await using var app = await FunctionsApp.StartAsync(
            database, histories: new StorageHistories(storage, hub, s_inHand), address: new Uri(address));
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
