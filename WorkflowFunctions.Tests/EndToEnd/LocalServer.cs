using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Local.Hosting;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>The Local host in this process, with settings of the test's choice.</summary>
public sealed class LocalServer : IEngineHost
{
    private readonly LocalHost _host;

    private LocalServer(LocalHost host)
    {
        _host = host;
        Client = new ApiClient(new Uri(host.App.Urls.Single()));
    }

    public ApiClient Client { get; }

    /// <summary>Starts the host on a database.</summary>
    public static async Task<LocalServer> StartAsync(
        TestDatabase database, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["ConnectionStrings:Workflow"] = database.ConnectionString,
            ["Logging:LogLevel:Default"] = "None",
            ["urls"] = "http://127.0.0.1:0",
        };
        var host = await LocalHost.CreateAsync(all, configure, TestContext.Current.CancellationToken);
        await host.App.StartAsync(TestContext.Current.CancellationToken);
        return new LocalServer(host);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.App.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }
}
