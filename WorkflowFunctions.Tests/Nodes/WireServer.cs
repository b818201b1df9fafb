using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Tests.Nodes;

/// <summary>An HTTP server that answers as it is told to, and remembers what it was asked.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Method, string Path, IReadOnlyDictionary<string, string> Headers)> _requests = new();

    private WireServer(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(context =>
        {
            _requests.Enqueue((
                context.Request.Method, context.Request.Path,
                context.Request.Headers.ToDictionary(
                    header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            return answer(context);
        });
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyList<(string Method, string Path, IReadOnlyDictionary<string, string> Headers)> Requests => [.. _requests];

    public static async Task<WireServer> StartAsync(RequestDelegate answer)
    {
        var server = new WireServer(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
