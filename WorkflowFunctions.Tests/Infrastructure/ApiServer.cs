using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Api;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>The API on a port of its own, over a database and with an engine of the test's choice.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiServer(WebApplication app)
    {
        _app = app;
        Client = new ApiClient(new Uri(app.Urls.Single()));
    }

    public ApiClient Client { get; }

    /// <summary>A client that says who it is, with a key or a token.</summary>
    public ApiClient ClientWith(string credential)
    {
        var client = new ApiClient(Client.Http.BaseAddress!);
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", credential);
        return client;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="configure">Adds the engine, and whatever else the test wants.</param>
    /// <param name="settings">Settings besides the connection string.</param>
    public static async Task<ApiServer> StartAsync(
        string connectionString, Action<IServiceCollection> configure, params IEnumerable<(string Name, string Value)> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create($"ConnectionStrings:{WorkflowServices.ConnectionName}", (string?)connectionString)]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWorkflow(builder.Configuration).AddWorkflowApi();
        configure(builder.Services);
        var app = builder.Build();
        app.UseWorkflowApi();
        app.MapWorkflowApi();
        await app.StartAsync();
        return new ApiServer(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // To dispose it tells what runs to end, and does not wait for that.
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
