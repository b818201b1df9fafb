using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Telemetry;

public class LogTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_is_logged_while_a_node_runs_has_the_execution_and_the_node_in_its_scopes()
    {
        using var log = new ScopedLog();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(
            database,
            new Dictionary<string, string?> { ["Logging:LogLevel:WorkflowFunctions"] = "Information" },
            services => services.AddNodeType<FlakyNode>().AddLogging(logging => logging.AddProvider(log)));
        var execution = await server.Client.StartAsync(await server.Client.SaveAsync(new
        {
            name = "Flaky",
            nodes = new[] { new { id = "a", type = "flaky", data = new { failures = 1, retry = new { max_attempts = 1 } } } },
            edges = Array.Empty<object>(),
        }));
        Assert.Equal("failed", (await server.Client.RestAsync(execution)).State);

        var scopes = log.Lines.Single(line => line.Message.StartsWith("Node a of execution", StringComparison.Ordinal)).Scopes;
        Assert.Contains(KeyValuePair.Create("ExecutionId", execution), scopes);
        Assert.Contains(KeyValuePair.Create("NodeId", "a"), scopes);
    }

    [Fact]
    public async Task The_console_writes_JSON_if_it_is_told_to()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString, cancellationToken, ("Logging__Console__FormatterName", "json"),
            ("Logging__Console__FormatterOptions__IncludeScopes", "true"));
        while (!server.Output.Any(line => line.Contains("This process leads", StringComparison.Ordinal)))
            await Task.Delay(50, cancellationToken);

        var line = JsonElement.Parse(server.Output.First(line => line.Contains("This process leads", StringComparison.Ordinal)));
        Assert.Equal("Information", line.GetProperty("LogLevel").GetString());
    }

    private sealed class ScopedLog : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider? _scopes;

        public ConcurrentQueue<(string Message, IReadOnlyList<KeyValuePair<string, string>> Scopes)> Lines { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<KeyValuePair<string, string>>();
            _scopes?.ForEachScope(
                static (scope, list) =>
                {
                    if (scope is IEnumerable<KeyValuePair<string, object?>> values)
                        list.AddRange(values.Select(value => KeyValuePair.Create(value.Key, value.Value?.ToString() ?? "")));
                },
                scopes);
            Lines.Enqueue((formatter(state, exception), scopes));
        }

        public void Dispose()
        {
        }
    }
}
