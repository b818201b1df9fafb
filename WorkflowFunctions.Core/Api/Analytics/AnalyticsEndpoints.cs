using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Record.Analytics;

namespace WorkflowFunctions.Api.Analytics;

/// <summary><c>/api/analytics/executions</c> and <c>/api/admin/analytics/refresh</c></summary>
internal static class AnalyticsEndpoints
{
    private const string DateFormat = "yyyy-MM-dd";

    public static void MapAnalytics(this IEndpointRouteBuilder api)
    {
        api.MapGet("/analytics/executions", ListAsync)
            .WithTags("Analytics")
            .WithSummary("List numbers, costs and durations of executions by workspace, day and status")
            .WithDescription("Of the last 90 days, as the summary was refreshed last. Newest day first.")
            .Problems();
        api.MapPost("/admin/analytics/refresh", RefreshAsync)
            .WithTags("Administration")
            .WithSummary("Bring the summary of executions up to date")
            .WithDescription("Answered when it is done. Readers are not blocked.")
            .Problems();
    }

    private static async Task<IReadOnlyList<SummaryRow>> ListAsync(
        AnalyticsStore analytics,
        CancellationToken cancellationToken,
        [FromQuery(Name = "workspace_id"), Description("Only those of this workspace")] string? workspaceId = null,
        [Description("The first day, in UTC: 2026-01-31")] string? from = null,
        [Description("The last day, in UTC: 2026-01-31")] string? to = null)
    {
        var (first, last) = (Day(nameof(from), from), Day(nameof(to), to));
        return first > last
            ? throw ApiException.BadParameter("from", $"'{from}' comes after '{to}'.", "a day that is not after the one in to")
            : await analytics.ListAsync(workspaceId, first, last, cancellationToken);
    }

    private static async Task<NoContent> RefreshAsync(AnalyticsStore analytics, CancellationToken cancellationToken)
    {
        await analytics.RefreshAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static DateOnly? Day(string name, string? text) => text switch
    {
        null => null,
        _ when DateOnly.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        _ => throw ApiException.BadParameter(name, $"'{text}' is not one.", "a day such as 2026-01-31"),
    };
}
