using WorkflowFunctions.Api;
using WorkflowFunctions.Api.Page;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Local.EmbeddedPostgres;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Local.Hosting.Vault;

namespace WorkflowFunctions.Local.Hosting;

/// <summary>
/// The server of one machine: PostgreSQL of its own where none is configured, the schema, the engine and the HTTP API.
/// </summary>
internal sealed class LocalHost : IAsyncDisposable
{
    private readonly EmbeddedPostgresServer? _postgres;

    private LocalHost(WebApplication app, EmbeddedPostgresServer? postgres) => (App, _postgres) = (app, postgres);

    /// <summary>The application; not started yet.</summary>
    public WebApplication App { get; }

    /// <summary>The embedded PostgreSQL; null if a connection string is configured.</summary>
    public EmbeddedPostgresServer? Postgres => _postgres;

    /// <summary>Makes a host whose database is there and has the schema.</summary>
    /// <param name="settings">Settings that win over those of files and the environment: <c>ConnectionStrings:Workflow</c> …</param>
    /// <param name="configure">Changes to the services, such as node types of a team's own.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EmbeddedPostgresException">There is no connection string, and no PostgreSQL could be started.</exception>
    /// <exception cref="MigrationException">The database could not be brought to the schema.</exception>
    public static async Task<LocalHost> CreateAsync(
        IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretSettings();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddWorkflow(builder.Configuration).AddWorkflowApi().AddLocalEngine();
        builder.Services.AddHostedService<ListenGuard>();
        builder.Services.AddOtlpTelemetry(builder.Configuration);
        GracefulStop.Add(builder.Services, builder.Configuration);
        // Who serves this is nobody's business.
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
        configure?.Invoke(builder.Services);

        var postgres = await StartPostgresAsync(builder, cancellationToken);
        try
        {
            var app = builder.Build();
            app.UseWorkflowApi();
            app.MapWorkflowApi();
            app.UseWebPage(app.Environment.WebRootFileProvider);
            await MigrateAsync(app, cancellationToken);
            app.Lifetime.ApplicationStarted.Register(CollectGarbage);
            return new LocalHost(app, postgres);
        }
        catch
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the application first and the database last.</summary>
    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    /// <summary>
    /// Collects what starting has left; otherwise the first executions would stand still meanwhile, for longer than one takes. What survives is moved
    /// to the next generation each time, and to the last one by the second.
    /// </summary>
    private static void CollectGarbage()
    {
        GC.Collect();
        GC.Collect();
    }

    private static async Task<EmbeddedPostgresServer?> StartPostgresAsync(
        WebApplicationBuilder builder, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(WorkflowServices.ConnectionName)))
            return null;
        using var loggers =
            LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        var options = builder.Configuration.GetSection("EmbeddedPostgres").Get<EmbeddedPostgresOptions>() ?? new EmbeddedPostgresOptions();
        var postgres = await EmbeddedPostgresServer.StartAsync(options, loggers.CreateLogger<EmbeddedPostgresServer>(), cancellationToken);
        builder.Configuration[$"ConnectionStrings:{WorkflowServices.ConnectionName}"] = postgres.ConnectionString;
        return postgres;
    }

    private static async Task MigrateAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var connection = app.Configuration.GetConnectionString(WorkflowServices.ConnectionName)!;
        var ran = await app.Services.GetRequiredService<Migrator>().MigrateAsync(connection, cancellationToken);
        if (ran.Count > 0)
            app.Logger.LogInformation("The database has its schema ({Count} scripts ran)", ran.Count);
    }
}
