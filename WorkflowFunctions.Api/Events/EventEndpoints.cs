using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Events;

/// <summary><c>/api/executions/{id}/events</c></summary>
internal static class EventEndpoints
{
    private const int MaxLimit = 1_000;
    private const int DefaultLimit = 200;

    public static void MapEvents(this IEndpointRouteBuilder api) => api
        .MapGet("/executions/{id}/events", ListAsync)
        .For(AccessScope.Read, AccessKind.Execution)
        .WithTags("Executions")
        .WithSummary("Read the events of an execution, or follow them")
        .WithDescription(
            "A page of JSON. With Accept: text/event-stream, server-sent events as they happen, until the execution has ended: id is the "
            + "row's id, event its event_type, data the row. Last-Event-ID goes on where it left off; where nothing can follow any more, "
            + "204.")
        .Produces<EventPage>(StatusCodes.Status200OK, "application/json", EventStream.MediaType)
        .Produces(StatusCodes.Status204NoContent)
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<IResult> ListAsync(
        string id,
        HttpRequest request,
        ExecutionReader reader,
        EventStore events,
        EventFeed feed,
        CancellationToken cancellationToken,
        [FromHeader(Name = "Last-Event-ID"), Description("For a stream: the id of the last event that is known")]
        string? lastEventId = null,
        [Range(0d, double.PositiveInfinity), Description("The id of the last event that is known")] long after = 0,
        [Range(1, MaxLimit), Description("How many at the most, on a page")] int limit = DefaultLimit,
        [FromQuery(Name = "node_id"), Description("On a page: only those of this node, in the body of a for_each with the item")]
        string? nodeId = null,
        [Description("In a stream: whether with the events of single items of a for_each, which may be many")] bool items = true)
    {
        var row = await reader.FindAsync(id, cancellationToken);
        if (WantsStream(request))
            return await OpenStreamAsync(row, ParseEventId(lastEventId) ?? after, items, events, feed, cancellationToken);

        var rows = await events.ListAsync(id, after, limit, cancellationToken, nodeId);
        return TypedResults.Ok(new EventPage(rows, rows.Count == limit ? rows[^1].Id : null));
    }

    /// <summary>To a client that has the last event of an execution that has ended, 204 says not to come again.</summary>
    private static async Task<IResult> OpenStreamAsync(
        ExecutionRow row, long after, bool items, EventStore events, EventFeed feed, CancellationToken cancellationToken) =>
        ExecutionStatus.IsEnded(row.Status) && (await events.ListAsync(row.Id, after, 1, cancellationToken)).Count == 0
            ? TypedResults.NoContent()
            : new EventStream(feed, row.Id, after, items);

    private static bool WantsStream(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(EventStream.MediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);

    private static long? ParseEventId(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : throw ApiException.BadParameter("Last-Event-ID", text, "the id of an event");
}

/// <summary>A page of events, in the order in which they happened.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextAfter">The <c>after</c> of the next page; null where no more events are known.</param>
internal sealed record EventPage(IReadOnlyList<EventRow> Items, long? NextAfter);
