using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Events;

/// <summary>
/// The events of an execution as they happen (HTML standard, "Server-sent events"). The stream ends when the execution has
/// ended and its last event has been sent.
/// </summary>
internal sealed class EventStream(EventFeed feed, string executionId, long after, bool items) : IResult
{
    /// <summary>The media type of event streams.</summary>
    public const string MediaType = "text/event-stream";

    private const int BatchSize = 500;

    private static readonly byte[] s_heartbeat = ": \n\n"u8.ToArray();

    private long _after = after;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, feed.Watch.Stopping);
        var cancellationToken = over.Token;
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            await response.StartAsync(cancellationToken);
            await foreach (var row in FollowAsync(response, cancellationToken))
                await response.WriteAsync(Format(row, json), cancellationToken);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The client has gone, or the host stops; a client that comes again says where it left off.
        }
    }

    private async IAsyncEnumerable<EventRow> FollowAsync(
        HttpResponse response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var silence = Stopwatch.StartNew();
        while (true)
        {
            var next = feed.Watch.NextAsync(executionId, cancellationToken);
            // Read before the events: the event that tells of the end is committed together with the status.
            var isOver = await feed.Executions.FindAsync(executionId, cancellationToken) is not { } row
                || ExecutionStatus.IsEnded(row.Status);
            var events = await feed.Events.ListAsync(executionId, _after, BatchSize, cancellationToken);
            foreach (var happened in events)
            {
                _after = happened.Id;
                if (items || happened.NodeId?.Contains('#', StringComparison.Ordinal) is not true)
                    yield return happened;
            }

            if (events.Count > 0)
            {
                await response.Body.FlushAsync(cancellationToken);
                silence.Restart();
            }

            if (events.Count == BatchSize)
                continue;
            if (isOver)
                yield break;
            if (silence.Elapsed >= feed.Options.Value.HeartbeatInterval)
            {
                await response.Body.WriteAsync(s_heartbeat, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
                silence.Restart();
            }

            await next;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static string Format(EventRow row, JsonSerializerOptions json) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"id: {row.Id}\n")
        .Append("event: ").Append(row.EventType.ReplaceLineEndings(" ")).Append('\n')
        .Append("data: ").Append(JsonSerializer.Serialize(row, json)).Append("\n\n")
        .ToString();
}

/// <summary>What event streams work with.</summary>
/// <param name="Events">Reads events.</param>
/// <param name="Executions">Reads executions.</param>
/// <param name="Watch">Waits for changes.</param>
/// <param name="Options">How often to look and to give a sign of life.</param>
internal sealed record EventFeed(EventStore Events, ExecutionStore Executions, ExecutionWatch Watch, IOptions<WorkflowApiOptions> Options);
