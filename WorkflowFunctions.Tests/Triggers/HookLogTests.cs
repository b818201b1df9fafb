using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>The token of a hook is a secret that stands in its address.</summary>
public class HookLogTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_call_that_fails_is_logged_without_its_token()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var log = new CapturedLog();
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services
            .AddSingleton<IEngine, IdleEngine>()
            .AddLogging(logging => logging.AddProvider(log).AddFilter("Microsoft", LogLevel.Warning)));
        var hook = await server.Client.PostAsync(
            "/api/hooks", new { template_id = await server.Client.SaveAsync(TestWorkflows.Greeting()) });
        await database.ExecuteAsync("ALTER TABLE workflow_executions RENAME TO gone");

        var answer = await server.Client.PostAsync(hook["url"].GetString()!, new { });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains(log.Lines, line => line.Contains("/api/hooks/{hook}", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(hook["token"].GetString()!, StringComparison.Ordinal));
    }

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
