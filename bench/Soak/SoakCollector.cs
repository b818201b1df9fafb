using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>Takes the server's telemetry, and keeps how much it is.</summary>
internal sealed class SoakCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    private SoakCollector(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>What came, by path.</summary>
    public IReadOnlyDictionary<string, double> Megabytes =>
        _bytes.ToDictionary(path => path.Key, path => Math.Round(path.Value / 1024.0 / 1024, 1));

    /// <summary>Starts it.</summary>
    public static async Task<SoakCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new SoakCollector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.TakeAsync);
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _bytes.AddOrUpdate(context.Request.Path, body.Length, (_, before) => before + body.Length);
    }
}
