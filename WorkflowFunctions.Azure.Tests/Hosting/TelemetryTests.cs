using System.Diagnostics;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Durable.Hosting;
using WorkflowFunctions.Durable.Orchestration;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Hosting;

/// <summary>What the app sends to Application Insights, and that the alerts of monitoring.bicep ask for it.</summary>
public sealed partial class TelemetryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Dictionary<string, string> s_alerts = AlertRule()
        .Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "monitoring.bicep")))
        .ToDictionary(rule => rule.Groups["name"].Value, rule => rule.Groups["query"].Value);

    private TestDatabase _database = null!;
    private IngestionServer _ingestion = null!;
    private FunctionsApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _ingestion = await IngestionServer.StartAsync();
        Dictionary<string, string?> settings = new()
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = _ingestion.ConnectionString,
            ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "ClientId=00000000-0000-0000-0000-000000000001;Authorization=AAD",
            ["AzureMonitorExporter:SamplingRatio"] = "1",
            ["AzureMonitorExporter:DisableOfflineStorage"] = "true",
            ["AzureMonitorExporter:EnableLiveMetrics"] = "false",
        };
        _app = await FunctionsApp.StartAsync(_database, settings, services => services
            .AddSingleton<TokenCredential>(new Identity())
            .AddWorkflowTelemetry(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .Configure<AzureMonitorExporterOptions>(options => options.Transport = _ingestion.CreateTransport()));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _ingestion.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_execution_that_fails_in_a_trace_that_is_not_sampled_is_alerted_of()
    {
        var execution = await _app.Client.StartAsync(await _app.Client.SaveAsync(TestWorkflows.Waiting()));
        await _app.Client.UntilAsync(execution, "wait", "waiting");
        using (var invocation = StartUnsampled())
        {
            var activities = ActivatorUtilities.CreateInstance<StepActivities>(_app.Services);
            Assert.True(await activities.FinishAsync(
                new FinishExecution(execution, "wait", "It would not wait."), _app.Durable, TestContext.Current.CancellationToken));
        }

        var query = Query("Executions failed", """^(?<table>\w+) \| where Message startswith "(?<text>[^"]+)"$""");
        Send();
        var line = Assert.Single(_ingestion.Items, item =>
            item.Table == query["table"].Value && item.Text("message")!.StartsWith(query["text"].Value, StringComparison.Ordinal));

        Assert.Contains(execution, line.Text("message"), StringComparison.Ordinal);
        Assert.Equal("Error", line.Text("severityLevel"));
        Assert.NotNull(line.TraceId);
    }

    [Fact]
    public void A_function_that_throws_in_a_trace_that_is_not_sampled_is_alerted_of()
    {
        using (var invocation = StartUnsampled())
        {
            // The worker's own logger and line (FunctionsApplication).
            _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.Azure.Functions.Worker.FunctionsApplication")
                .LogError(new TimeoutException("No answer."), "Function '{Name}': An exception was thrown by the invocation.", "RunNode");
        }

        var query = Query("Functions fail", @"^(?<table>\w+) \| where SeverityLevel >= (?<level>\d)$");
        Send();
        var exception = Assert.Single(
            _ingestion.Items, item => item.Table == query["table"].Value && item.Severity >= int.Parse(query["level"].Value));

        Assert.Contains("No answer.", exception.Data.ToString(), StringComparison.Ordinal);
        Assert.NotNull(exception.TraceId);
    }

    [Fact]
    public async Task An_execution_that_waits_is_alerted_of()
    {
        var query = Query(
            "Executions wait", """^(?<table>\w+) \| where Name == "(?<name>[^"]+)" \| project TimeGenerated, Seconds = Sum / ItemCount$""");
        // The record is looked at beside what else the app does.
        while (!_ingestion.Items.Any(item => item.Table == query["table"].Value && item.Metric == query["name"].Value))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            Send();
        }
    }

    [Fact]
    public async Task Everything_is_signed_by_the_identity_of_the_app()
    {
        await RunAsync();

        Assert.Contains(_ingestion.Items, item => item.Table == "AppDependencies");
        Assert.Contains(_ingestion.Items, item => item.Table == "AppTraces");
        Assert.Contains(_ingestion.Items, item => item.Table == "AppMetrics");
        Assert.All(_ingestion.Items, item => Assert.Equal($"Bearer {Identity.Token}", item.Authorization));
    }

    [Fact]
    public async Task Lines_of_ASP_NET_Core_and_events_of_the_database_driver_are_not_paid_for()
    {
        await RunAsync();

        // Other tests of this process trace their databases too, and not as the app does.
        var traces = _ingestion
            .Items.Where(item => item.Text("type") == "postgresql" && item.Property("db.name") == _database.Name)
            .Select(item => item.TraceId)
            .ToHashSet();
        Assert.NotEmpty(traces);
        Assert.Contains(
            _ingestion.Items, item => item.Property("CategoryName")?.StartsWith("WorkflowFunctions", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(
            _ingestion.Items, item => item.Property("CategoryName")?.StartsWith("Microsoft.", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(_ingestion.Items, item => item.Text("message") == "received-first-response" && traces.Contains(item.TraceId));
    }

    [Fact]
    public void Without_a_word_of_an_identity_there_is_none()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("APPLICATIONINSIGHTS_CONNECTION_STRING", _ingestion.ConnectionString)]).Build();
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration).AddWorkflowTelemetry(configuration).BuildServiceProvider();

        Assert.Null(services.GetRequiredService<Microsoft.Extensions.Options.IOptions<AzureMonitorExporterOptions>>().Value.Credential);
    }

    /// <summary>Runs an execution through the API, with a line of the app's own, and sends what there is to say of it.</summary>
    private async Task RunAsync()
    {
        var execution = await _app.Client.StartAsync(await _app.Client.SaveAsync(TestWorkflows.Greeting()));
        Assert.Equal("completed", (await _app.Client.RestAsync(execution)).State);
        _app.Services.GetRequiredService<ILogger<StepActivities>>().LogInformation("Execution {ExecutionId} is at rest", execution);
        Send();
    }

    /// <summary>Sends what has gathered, as is done now and then.</summary>
    private void Send()
    {
        _app.Services.GetRequiredService<TracerProvider>().ForceFlush();
        _app.Services.GetRequiredService<LoggerProvider>().ForceFlush();
        _app.Services.GetRequiredService<MeterProvider>().ForceFlush();
    }

    /// <summary>The span of an invocation whose trace the sampler has left out.</summary>
    private static Activity StartUnsampled() => new Activity("Invoke")
        .SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None)
        .Start();

    private static GroupCollection Query(string alert, string pattern)
    {
        var match = Regex.Match(s_alerts[alert], pattern);
        Assert.True(match.Success, $"The query of the alert is another one: {s_alerts[alert]}");
        return match.Groups;
    }

    [GeneratedRegex(@"displayName: '(?<name>[^']+)'.*?query: '(?<query>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex AlertRule();

    private sealed class Identity : TokenCredential
    {
        public const string Token = "token-of-the-identity";

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            requestContext.Scopes is ["https://monitor.azure.com//.default"]
                ? new AccessToken(Token, DateTimeOffset.UtcNow.AddHours(1))
                : throw new InvalidOperationException($"No token is given for {string.Join(' ', requestContext.Scopes)}.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
