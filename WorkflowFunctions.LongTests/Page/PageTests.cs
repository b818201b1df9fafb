using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Page;

/// <summary>Tests of the page, each with a server and a database of its own.</summary>
public abstract class PageTests(PostgresFixture postgres, BrowserFixture browser) : IAsyncLifetime
{
    protected PostgresFixture Postgres { get; } = postgres;

    protected BrowserFixture Browser { get; } = browser;

    protected TestDatabase Database { get; private set; } = null!;

    protected LocalServer Server { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await Postgres.CreateDatabaseAsync();
        Server = await LocalServer.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a path of the server.</summary>
    protected Task<Visit> OpenAsync(string path) => Browser.OpenAsync(new Uri(Server.Client.Http.BaseAddress!, path));
}
