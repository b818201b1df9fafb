using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>A real server sends its telemetry where the standard variables say.</summary>
public class OtlpTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Traces_metrics_and_logs_of_two_processes_arrive_and_the_execution_has_one_trace_after_a_kill()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var received = new ConcurrentQueue<(string Path, string Body)>();
        await using var collector = await StartCollectorAsync(received);
        await using var database = await postgres.CreateDatabaseAsync();
        (string, string)[] environment =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_SERVICE_NAME", "named-by-the-operator"),
        ];
        string execution;
        string trace;
        await using (var first = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken, environment))
        {
            execution = await first.Client.StartAsync(await first.Client.SaveAsync(Approval()));
            trace = Latin(Convert.FromHexString(ExecutionTrace.IdOf(execution).ToHexString()));
            await UntilAsync(() => Has("/v1/traces", trace, "workflow.attempt approval"), cancellationToken);
            await first.KillAsync();
        }

        received.Clear();
        await using (var second = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken, environment))
        {
            await second.Client.PostAsync($"/api/executions/{execution}/signals/ask", new { decision = "approved" });
            Assert.Equal("completed", (await second.Client.RestAsync(execution)).State);
            await UntilAsync(() => Has("/v1/traces", trace, "workflow.execution"), cancellationToken);
            await UntilAsync(() => Has("/v1/metrics", "workflow.execution.ended", "workflow.queue.age"), cancellationToken);
            await UntilAsync(() => Has("/v1/logs", "This process leads", "named-by-the-operator"), cancellationToken);
        }

        bool Has(string path, params string[] texts) =>
            texts.All(text => received.Any(item => item.Path == path && item.Body.Contains(text, StringComparison.Ordinal)));
    }

    private static object Approval() => new
    {
        name = "Approval",
        nodes =
            new object[] { new { id = "ask", type = "approval", data = new { message = "Go on?" } }, new { id = "end", type = "merge" } },
        edges = new object[] { new { id = "yes", source = "ask", target = "end", sourceHandle = "approved" } },
    };

    private static async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        while (!isSo())
            await Task.Delay(50, cancellationToken);
    }

    private static async Task<WebApplication> StartCollectorAsync(ConcurrentQueue<(string Path, string Body)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, Latin(body.ToArray())));
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>Bytes as text, one character each, to find texts and ids in them.</summary>
    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
