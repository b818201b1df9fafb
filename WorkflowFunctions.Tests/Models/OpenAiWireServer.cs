using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Tests.Models;

/// <summary>
/// A local server that speaks OpenAI's wire format for chat completions and image generations. It records what it receives and answers with
/// what was queued, or else with <see cref="Answer"/>: an echo of the prompt, or as many small PNG files as were asked for.
/// </summary>
public sealed class OpenAiWireServer : IAsyncDisposable
{
    /// <summary>A PNG file of one pixel.</summary>
    public static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<WireAnswer> _queued = new();
    private readonly ConcurrentQueue<WireRequest> _requests = new();
    private readonly ConcurrentDictionary<string, WireAnswer> _files = new();
    private readonly Channel<WireRequest> _arrivals = Channel.CreateUnbounded<WireRequest>();

    private OpenAiWireServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", AnswerModelAsync);
        _app.MapPost("/v1/images/generations", AnswerModelAsync);
        _app.MapGet("/files/{name}", AnswerFileAsync);
    }

    /// <summary>What an endpoint's <c>BaseUrl</c> is set to, for example <c>http://127.0.0.1:41234/v1</c>.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>All requests in the order of their arrival, downloads of files included.</summary>
    public IReadOnlyList<WireRequest> Requests => [.. _requests];

    /// <summary>Answers when nothing is queued; may be replaced.</summary>
    public Func<WireRequest, WireAnswer> Answer { get; set; } = Usual;

    /// <summary>Starts a server on a free port of this machine.</summary>
    public static async Task<OpenAiWireServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new OpenAiWireServer();
        await server._app.StartAsync(cancellationToken);
        server.BaseUrl = new Uri(new Uri(server._app.Urls.Single()), "/v1");
        return server;
    }

    /// <summary>Answers the next requests to a model with these, one each.</summary>
    public OpenAiWireServer Queue(params ReadOnlySpan<WireAnswer> answers)
    {
        foreach (var answer in answers)
            _queued.Enqueue(answer);
        return this;
    }

    /// <summary>Offers a file for download.</summary>
    public Uri Host(string name, WireAnswer file)
    {
        _files[name] = file;
        return new Uri(BaseUrl, $"/files/{name}");
    }

    /// <summary>Waits for the next request that no earlier call has returned.</summary>
    public async Task<WireRequest> NextRequestAsync(CancellationToken cancellationToken) =>
        await _arrivals.Reader.ReadAsync(cancellationToken);

    /// <summary>Ends the server and every request it still holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _app.DisposeAsync();
        _ending.Dispose();
    }

    private static WireAnswer Usual(WireRequest request)
    {
        if (request.Path.EndsWith("/images/generations", StringComparison.Ordinal))
        {
            var count = request.Body.TryGetProperty("n", out var n) ? n.GetInt32() : 1;
            return WireAnswer.Images([.. Enumerable.Repeat(Pixel, count)]);
        }

        return WireAnswer.Copy(request.WantsJson ? JsonSerializer.Serialize(new { echo = request.Prompt }) : $"Echo: {request.Prompt}");
    }

    private async Task AnswerModelAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var request = Record(context, document.RootElement.Clone());
        await WriteAsync(context, _queued.TryDequeue(out var queued) ? queued : Answer(request));
    }

    private async Task AnswerFileAsync(HttpContext context, string name)
    {
        Record(context, default);
        await WriteAsync(context, _files.TryGetValue(name, out var file) ? file : WireAnswer.Error(404, $"no file {name}"));
    }

    private WireRequest Record(HttpContext context, JsonElement body)
    {
        var headers = context.Request.Headers
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new WireRequest(context.Request.Method, context.Request.Path, headers, body);
        _requests.Enqueue(request);
        _arrivals.Writer.TryWrite(request);
        return request;
    }

    private async Task WriteAsync(HttpContext context, WireAnswer answer)
    {
        if (answer.Hangs)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ending.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        if (answer.Hangs || answer.Breaks)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.MediaType;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        await context.Response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }
}
