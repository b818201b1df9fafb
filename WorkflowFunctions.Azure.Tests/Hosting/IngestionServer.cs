using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Azure.Tests.Hosting;

/// <summary>The endpoint that Application Insights takes telemetry at, on this machine: it keeps what it is sent.</summary>
internal sealed class IngestionServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly ConcurrentQueue<Item> _items = [];

    private IngestionServer()
    {
        // The exporter sends no token over plain HTTP.
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _app = builder.Build();
        _app.MapPost("/v2.1/track", (Delegate)TakeAsync);
    }

    /// <summary>Where it is, as the setting says it.</summary>
    public string ConnectionString =>
        $"InstrumentationKey={Guid.Empty};IngestionEndpoint={_app.Urls.Single()}/;LiveEndpoint={_app.Urls.Single()}/";

    /// <summary>What it was sent so far.</summary>
    public IReadOnlyCollection<Item> Items => _items;

    public static async Task<IngestionServer> StartAsync()
    {
        var server = new IngestionServer();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A way to it that trusts its certificate, and no other.</summary>
    public HttpPipelineTransport CreateTransport() => new HttpClientTransport(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.Thumbprint == _certificate.Thumbprint,
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        using var body = new StreamReader(context.Request.Body);
        var lines = (await body.ReadToEndAsync(context.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
            _items.Enqueue(Item.Read(authorization, JsonElement.Parse(line)));
        return Results.Json(new { itemsReceived = lines.Length, itemsAccepted = lines.Length, errors = Array.Empty<object>() });
    }

    /// <summary>A row of a table of Application Insights, or of Log Analytics.</summary>
    /// <param name="Authorization">The header of the request that it came by.</param>
    /// <param name="Table">The table of Log Analytics.</param>
    /// <param name="TraceId">The trace that it belongs to; null if to none.</param>
    /// <param name="Data">Its columns, by their names in the request.</param>
    internal sealed record Item(string Authorization, string Table, string? TraceId, JsonElement Data)
    {
        /// <summary>How bad it is, by the number that the table has for the name; negative if it does not say.</summary>
        public int Severity => Array.IndexOf(["Verbose", "Information", "Warning", "Error", "Critical"], Text("severityLevel"));

        /// <summary>The figure; null if it is none.</summary>
        public string? Metric => Data.TryGetProperty("metrics", out var metrics) ? metrics[0].GetProperty("name").GetString() : null;

        public string? Text(string name) => Data.TryGetProperty(name, out var value) ? value.GetString() : null;

        public string? Property(string name) =>
            Data.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var value)
                ? value.GetString()
                : null;

        public static Item Read(string authorization, JsonElement envelope)
        {
            var data = envelope.GetProperty("data");
            // learn.microsoft.com, "Workspace-based resource changes".
            var table = data.GetProperty("baseType").GetString() switch
            {
                "MessageData" => "AppTraces",
                "ExceptionData" => "AppExceptions",
                "MetricData" => "AppMetrics",
                "RequestData" => "AppRequests",
                "RemoteDependencyData" => "AppDependencies",
                var other => throw new InvalidOperationException($"No table is known for {other}."),
            };
            var trace = envelope.TryGetProperty("tags", out var tags) && tags.TryGetProperty("ai.operation.id", out var id)
                ? id.GetString()
                : null;
            return new Item(authorization, table, trace, data.GetProperty("baseData"));
        }
    }
}
