using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>A service that workflows call, which counts the calls by name: the effects of nodes that outlive any server.</summary>
public sealed class EffectCounter : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _names = new();
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _atOnce;
    private int _mostAtOnce;
    private TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EffectCounter(WebApplication app) => _app = app;

    /// <summary>Where it is called: the base of <c>/count/{name}</c>, <c>/flaky/{failures}</c>, <c>/echo</c> and <c>/odd</c>.</summary>
    public string Address => _app.Urls.Single();

    /// <summary>How often each name was called.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>The names, in the order in which they were called.</summary>
    public IReadOnlyList<string> Names => [.. _names];

    /// <summary>How many calls of a name fail with 503 before one succeeds.</summary>
    public ConcurrentDictionary<string, int> FailuresBefore { get; } = new();

    /// <summary>The names whose calls fail with 503.</summary>
    public HashSet<string> FailingNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The most calls that were under way at once.</summary>
    public int MostAtOnce => _mostAtOnce;

    /// <summary>The Authorization header of the last echo.</summary>
    public string? LastAuthorization { get; private set; }

    /// <summary>How long a call takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What calls wait for before their time begins to run.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What calls of a name wait for.</summary>
    public ConcurrentDictionary<string, Task> Gates { get; } = new();

    /// <summary>Starts the service.</summary>
    public static async Task<EffectCounter> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var counter = new EffectCounter(app);
        app.MapPost("/count/{name}", counter.CountAsync);
        app.MapPost("/flaky/{failures:int}", counter.AnswerAfter);
        app.MapPost("/echo", counter.Echo);
        app.MapGet("/odd", () => Results.Text("""{"text":"a\u0000b\ud800c\\u0000"}""", "application/json"));
        await app.StartAsync();
        return counter;
    }

    /// <summary>Completes at the next call.</summary>
    public Task NextCallAsync()
    {
        _called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _called.Task;
    }

    /// <summary>Completes when a caller has hung up before it was answered.</summary>
    public Task AbortedAsync() => _aborted.Task;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> CountAsync(string name, HttpContext context)
    {
        // Counted first: a caller that is killed while it waits has had its effect.
        var count = _counts.AddOrUpdate(name, 1, (_, before) => before + 1);
        _names.Enqueue(name);
        _called.TrySetResult();
        InterlockedMax(ref _mostAtOnce, Interlocked.Increment(ref _atOnce));
        try
        {
            await Gates.GetValueOrDefault(name, Gate).WaitAsync(context.RequestAborted);
            await Task.Delay(Delay, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            _aborted.TrySetResult();
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }

        return FailingNames.Contains(name) || count <= FailuresBefore.GetValueOrDefault(name)
            ? Results.StatusCode(503)
            : Results.Ok(new { name, count });
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
            Interlocked.CompareExchange(ref most, value, seen);
    }

    /// <summary>Gives the body back once a job has failed so often.</summary>
    private IResult AnswerAfter(int failures, JsonElement body, HttpContext context)
    {
        var count = _counts.AddOrUpdate(context.Request.Headers["Idempotency-Key"].ToString(), 1, (_, before) => before + 1);
        return count <= failures ? Results.StatusCode(503) : Results.Json(body);
    }

    private IResult Echo(JsonElement body, HttpContext context)
    {
        LastAuthorization = context.Request.Headers.Authorization;
        return Results.Json(new { body, authorization = LastAuthorization });
    }
}
