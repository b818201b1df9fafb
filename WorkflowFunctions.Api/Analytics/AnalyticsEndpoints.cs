using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Analytics;

/// <summary><c>/api/analytics</c> and <c>/api/admin/analytics/refresh</c></summary>
internal static class AnalyticsEndpoints
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int UsualDays = 30;

    public static void MapAnalytics(this IEndpointRouteBuilder api)
    {
        api.MapGet("/analytics/executions", ListAsync)
            .For(AccessScope.Read)
            .WithTags("Analytics")
            .WithSummary("List numbers, costs and durations of executions by workspace, day and status")
            .WithDescription("Of the last 90 days, newest day first. Today as it is now, the days before at most a minute old.")
            .Problems();
        api.MapGet("/analytics/durations", ListDurationsAsync)
            .For(AccessScope.Read)
            .WithTags("Analytics")
            .WithSummary("List how long completed executions took, by day")
            .WithDescription(
                "Medians and percentiles in seconds, by the day on which an execution was accepted, or of all days together. The last "
                + "30 days unless told otherwise. Today as it is now, the days before at most a minute old and 2 % off.")
            .Problems();
        api.MapGet("/analytics/usage", ListUsageAsync)
            .For(AccessScope.Read)
            .WithTags("Analytics")
            .WithSummary("List tokens and costs by workspace and node type")
            .WithDescription(
                "Of the executions that were accepted in these days, the dearest first. The last 30 days unless told otherwise, 90 at the "
                + "most. Today as it is now, the days before at most a minute old.")
            .Problems();
        api.MapGet("/analytics/nodes", ListNodesAsync)
            .For(AccessScope.Read)
            .WithTags("Analytics")
            .WithSummary("List the nodes that are the slowest, or that fail the most")
            .WithDescription(
                "The items of a loop's body count as one node. Nodes that only wait are not among the slowest. The last 30 "
                + "days unless told otherwise, 90 at the most. Today as it is now, the days before at most a minute old.")
            .Problems();
        api.MapPost("/admin/analytics/refresh", RefreshAsync)
            .ForServer()
            .WithTags("Administration")
            .WithSummary("Bring the summaries of executions and nodes up to date")
            .WithDescription("Answered when it is done. Readers are not blocked.")
            .Problems();
    }

    private static async Task<IReadOnlyList<SummaryRow>> ListAsync(
        Caller caller,
        AnalyticsStore analytics,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("The first day, in UTC: 2026-01-31")] string? from = null,
        [Description("The last day, in UTC: 2026-01-31")] string? to = null)
    {
        var (first, last) = (Day(nameof(from), from), Day(nameof(to), to));
        return first > last
            ? throw Reversed(from, to)
            : await analytics.ListAsync(workspaceId, caller.Workspaces, first, last, cancellationToken);
    }

    private static async Task<IReadOnlyList<DurationRow>> ListDurationsAsync(
        Caller caller,
        AnalyticsStore analytics,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("The first day, in UTC: 2026-01-31")] string? from = null,
        [Description("The last day, in UTC: 2026-01-31")] string? to = null,
        [FromQuery(Name = "by_day"), Description("False for one row about all days together, without a date")] bool byDay = true)
    {
        var (first, last) = Days(from, to);
        return await analytics.ListDurationsAsync(workspaceId, caller.Workspaces, first, last, byDay, cancellationToken);
    }

    private static async Task<IReadOnlyList<TypeUsageRow>> ListUsageAsync(
        Caller caller,
        AnalyticsStore analytics,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("The first day, in UTC: 2026-01-31")] string? from = null,
        [Description("The last day, in UTC: 2026-01-31")] string? to = null)
    {
        var (first, last) = Days(from, to);
        return await analytics.ListUsageAsync(workspaceId, caller.Workspaces, first, last, cancellationToken);
    }

    private static async Task<IReadOnlyList<NodeTroubleRow>> ListNodesAsync(
        Caller caller,
        AnalyticsStore analytics,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("The first day, in UTC: 2026-01-31")] string? from = null,
        [Description("The last day, in UTC: 2026-01-31")] string? to = null,
        [Description("What comes first: slowest, or failing")] string by = "slowest",
        [Range(1, 100), Description("How many at the most")] int limit = 10)
    {
        var (first, last) = Days(from, to);
        return by is "slowest" or "failing"
            ? await analytics.ListNodesAsync(workspaceId, caller.Workspaces, first, last, by == "failing", limit, cancellationToken)
            : throw ApiException.BadParameter(nameof(by), by, "slowest or failing");
    }

    private static async Task<NoContent> RefreshAsync(AnalyticsStore analytics, CancellationToken cancellationToken)
    {
        await analytics.RefreshAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>The days that are asked for; the last 30 where nothing is said.</summary>
    private static (DateOnly First, DateOnly Last) Days(string? from, string? to)
    {
        var last = Day(nameof(to), to) ?? DateOnly.FromDateTime(DateTime.UtcNow);
        var first = Day(nameof(from), from) ?? (last.DayNumber >= UsualDays ? last.AddDays(1 - UsualDays) : DateOnly.MinValue);
        return first <= last ? (first, last) : throw Reversed(from, to);
    }

    private static ApiException Reversed(string? from, string? to) =>
        ApiException.BadParameter("from", from, $"a day that is not after {to ?? "today"}");

    private static DateOnly? Day(string name, string? text) => text switch
    {
        null => null,
        _ when DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        _ => throw ApiException.BadParameter(name, text, "a day such as 2026-01-31"),
    };
}
