using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>
/// On the tables of an application that has run for long: its queue is months old, and its documents have columns of its own.
/// </summary>
public sealed class ApplicationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        await _database.ExecuteAsync(
            """
            ALTER TABLE documents
                ADD COLUMN kind VARCHAR(20) NOT NULL, ADD COLUMN "Body" TEXT NOT NULL, ADD COLUMN length INTEGER NOT NULL, ADD COLUMN state VARCHAR NOT NULL DEFAULT 'new'
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_queue_that_is_months_old_is_left_alone_until_people_start_or_cancel_it()
    {
        await InsertAsync(("old-1", 60), ("old-2", 30), ("old-3", 8), ("new", 6));

        await using var server = await StartAsync();
        Assert.Equal("completed", (await server.Client.RestAsync("new")).State);
        foreach (var id in (string[])["old-1", "old-2", "old-3"])
            Assert.Equal("pending", (await server.Client.GetAsync($"/api/executions/{id}")).State);
        Assert.Equal(3, (await server.Client.GetAsync("/api/executions/stale"))["count"].GetInt32());

        Assert.Equal(HttpStatusCode.Accepted, (await server.Client.PostAsync("/api/executions/old-2/start")).Status);
        Assert.Equal("completed", (await server.Client.RestAsync("old-2")).State);
        Assert.Equal(HttpStatusCode.Conflict, (await server.Client.PostAsync("/api/executions/old-2/start")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.PostAsync("/api/executions/nothing/start")).Status);

        var cancelled = await server.Client.PostAsync("/api/executions/stale/cancel", new { reason = "Too old." });
        Assert.Equal((2, 0), (cancelled["changed"].GetInt32(), cancelled["remaining"].GetInt32()));
        Assert.Equal("cancelled", (await server.Client.GetAsync("/api/executions/old-1")).State);
    }

    [Fact]
    public async Task What_was_accepted_here_is_started_however_old_it_is()
    {
        var idle = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine, IdleEngine>());
        await idle.Client.StartAsync(await idle.Client.SaveAsync(TestWorkflows.Greeting()));
        await idle.DisposeAsync();
        await _database.ExecuteAsync("UPDATE workflow_executions SET created_at = NOW() - interval '60 days'");
        var id = (await _database.QueryAsync<string>("SELECT id FROM workflow_executions")).Single();

        await using var server = await StartAsync();

        Assert.Equal("completed", (await server.Client.RestAsync(id)).State);
        Assert.Equal(0, (await server.Client.GetAsync("/api/executions/stale"))["count"].GetInt32());
    }

    [Fact]
    public async Task What_is_left_alone_and_what_documents_lack_is_logged_at_the_start()
    {
        await InsertAsync(("old-1", 60), ("old-2", 30));
        using var log = new Warnings();

        await using var server = await ApiServer.StartAsync(
            _database.ConnectionString,
            services => services.AddLocalEngine()
                .AddLogging(logging => logging.AddProvider(log).AddFilter(level => level >= LogLevel.Warning)));
        while (log.Lines.Count < 2)
            await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.Contains(log.Lines, line => line.StartsWith("2 executions of another program have been pending", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("kind, Body, length", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_column_of_the_application_refuses_is_logged_with_its_name()
    {
        await _database.ExecuteAsync("ALTER TABLE agent_jobs ADD COLUMN region TEXT NOT NULL");
        await InsertAsync(("new", 1));
        using var log = new Warnings();

        await using var server = await ApiServer.StartAsync(
            _database.ConnectionString,
            services => services.AddLocalEngine()
                .AddLogging(logging => logging.AddProvider(log).AddFilter(level => level >= LogLevel.Warning)));
        while (!log.Lines.Any(line => line.Contains("agent_jobs.region", StringComparison.Ordinal)))
            await Task.Delay(20, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(log.Lines, line => line.Contains("redacted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_that_are_left_alone_are_started_at_once()
    {
        await InsertAsync(("a", 60), ("b", 30));

        await using var server = await StartAsync();
        Assert.Equal(2, (await server.Client.PostAsync("/api/executions/stale/start"))["changed"].GetInt32());
        Assert.Equal(["completed", "completed"], [(await server.Client.RestAsync("a")).State, (await server.Client.RestAsync("b")).State]);
    }

    [Fact]
    public async Task Columns_that_documents_cannot_be_saved_without_are_named_before_anything_runs_and_in_the_node_that_fails()
    {
        await using var server = await StartAsync();

        var checks = (await server.Client.GetAsync("/api/health/ready"))["checks"];
        var run = await RunAsync(server);

        Assert.All(
            ["kind", "Body", "length"],
            name => Assert.Contains(name, checks.GetProperty("documents").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain("state", checks.GetProperty("documents").GetString(), StringComparison.Ordinal);
        var message = run["error_message"].GetString();
        Assert.Contains("documents.kind", message, StringComparison.Ordinal);
        Assert.Contains("Documents__Columns__kind", message, StringComparison.Ordinal);
        Assert.DoesNotContain("redacted", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_fill_the_columns_of_an_application_as_the_configuration_says()
    {
        await using var server = await StartAsync(
            ("Documents:Columns:kind", "generated"),
            ("Documents:Columns:Body", "{{ text }}"),
            ("Documents:Columns:length", "{{ text | size }}"),
            ("Documents:Columns:state", "{{ node }} of {{ execution }}"));

        var run = await RunAsync(server);

        Assert.Equal("completed", run.State);
        Assert.Equal("ok", (await server.Client.GetAsync("/api/health/ready"))["checks"].GetProperty("documents").GetString());
        var text = run["jobs"][0].GetProperty("output").GetProperty("text").GetString()!;
        Assert.Equal(
            [$"generated|{text}|{text.Length}|write of {run.Id}|Two lines"],
            await _database.QueryAsync<string>(
                """SELECT concat_ws('|', kind, "Body", length, state, title) FROM documents WHERE id = $1""", $"{run.Id}:write:document"));
    }

    [Fact]
    public async Task A_statement_of_the_application_saves_documents_in_its_own_way()
    {
        await using var server = await StartAsync((
            "Documents:Sql",
            """
            INSERT INTO documents (id, workspace_id, title, kind, "Body", length)
            VALUES (@id, @workspace_id, upper(@title), @node, @text, 0) ON CONFLICT (id) DO NOTHING
            """));

        var run = await RunAsync(server);

        Assert.Equal("completed", run.State);
        Assert.Equal(
            ["TWO LINES|write"],
            await _database.QueryAsync<string>("SELECT title || '|' || kind FROM documents WHERE id = $1", $"{run.Id}:write:document"));
    }

    [Fact]
    public async Task A_column_of_the_application_that_keeps_an_execution_from_being_accepted_is_named()
    {
        await using var server = await StartAsync();
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        await _database.ExecuteAsync("ALTER TABLE workflow_executions ADD COLUMN tenant TEXT NOT NULL");

        var refused = await server.Client.PostAsync("/api/executions", new { template_id = template });

        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Assert.Contains("workflow_executions.tenant", refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Contains("needs a value or a default", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    private Task<ApiServer> StartAsync(params (string Name, string Value)[] settings) =>
        ApiServer.StartAsync(_database.ConnectionString, services => services.AddLocalEngine(), settings);

    private static async Task<ApiAnswer> RunAsync(ApiServer server)
    {
        var drawing = new Drawing("Documents").Node(
            "write", "generate_copy",
            new { prompt = "Write about tea.", save_document = new { title = "Two\nlines" }, retry = new { max_attempts = 1 } });
        return await server.Client.RestAsync(await server.Client.StartAsync(await server.Client.SaveAsync(drawing.ToFile())));
    }

    /// <summary>Rows of an application, from so many days ago, that no server has seen.</summary>
    private async Task InsertAsync(params IEnumerable<(string Id, int Days)> rows)
    {
        await using var server = await StartAsync();
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        await server.DisposeAsync();
        foreach (var (id, days) in rows)
        {
            await _database.ExecuteAsync(
                """
                INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at)
                VALUES ($1, $2, 'default', 'default', 'default', 'pending', NOW() - $3 * interval '1 day')
                """,
                id, template, days);
        }
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
