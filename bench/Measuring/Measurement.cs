using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Events;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Bench.Measuring;

/// <summary>A query of the API: how its store is called, and the statement that the store runs.</summary>
/// <param name="Name">What people read.</param>
/// <param name="Statement">Its name: <c>execution_queries.progress</c>.</param>
/// <param name="Run">Calls the store.</param>
/// <param name="Parameters">What the store gives to the statement.</param>
internal sealed record Measurement(
    string Name, string Statement, Func<Sample, CancellationToken, Task> Run, Func<Sample, object> Parameters)
{
    private const int PageSize = 50;

    /// <summary>The documented queries, and the lists.</summary>
    public static IReadOnlyList<Measurement> All(BenchDatabase database)
    {
        var executions = database.Get<ExecutionStore>();
        var queries = database.Get<ExecutionQueries>();
        var analytics = database.Get<AnalyticsStore>();
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var first = today.AddDays(-29);
        return
        [
            new("1. execution", "executions.find", (x, ct) => executions.FindAsync(x.Id, ct), x => new { id = x.Id }),
            new("1. its jobs", "jobs.list", (x, ct) => database.Get<JobStore>().ListAsync(x.Id, ct), x => new { execution_id = x.Id }),
            new("2. progress", "execution_queries.progress", (x, ct) => queries.FindProgressAsync(x.Id, ct), x => new { id = x.Id }),
            new("3. resumable state", "execution_queries.state", (x, ct) => queries.FindStateAsync(x.Id, ct), x => new { id = x.Id }),
            new("4. usage by node type", "execution_queries.usage", (x, ct) => queries.ListUsageAsync(x.Id, ct), x => new { id = x.Id }),
            new(
                "events", "events.list", (x, ct) => database.Get<EventStore>().ListAsync(x.Id, 0, PageSize, ct),
                x => new { execution_id = x.Id, after = 0L, limit = PageSize }),
            new(
                "checkpoints", "checkpoints.list", (x, ct) => database.Get<CheckpointStore>().ListAsync(x.Id, PageSize, ct),
                x => new { execution_id = x.Id, limit = PageSize }),
            new("metrics", "execution_queries.metrics", (x, ct) => queries.ListMetricsAsync(x.Id, ct), x => new { id = x.Id }),
            new(
                "5. active by workspace", "execution_queries.active_workspaces", (_, ct) => queries.ListActiveWorkspacesAsync(null, ct),
                _ => new { workspaces = (string[]?)null }),
            new("usage, 30 days", "analytics.usage", (_, ct) => analytics.ListUsageAsync(null, null, first, today, ct), _ => Span()),
            new(
                "slowest nodes, 30 days", "analytics.nodes", (_, ct) => analytics.ListNodesAsync(null, null, first, today, false, 10, ct),
                _ => Span()),
            new(
                "the engine's search",
                "executions.unfinished",
                (_, ct) => executions.ListUnfinishedAsync([], PageSize, null, null, runsInserted: true, ct),
                _ => new
                {
                    known = Array.Empty<string>(),
                    limit = PageSize,
                    workspace_limit = (int?)null,
                    stale_before = (DateTime?)null,
                    runs_inserted = true,
                }),
            List("list, newest", queries, _ => new ExecutionFilter(null, null, null, PageSize, null)),
            List("list, a page in the middle", queries, x => new ExecutionFilter(null, null, null, PageSize, x.Cursor)),
            List("list of a workspace", queries, x => new ExecutionFilter(x.WorkspaceId, null, null, PageSize, null)),
            List("list of a workspace, a page", queries, x => new ExecutionFilter(x.WorkspaceId, null, null, PageSize, x.Cursor)),
            List("list of a template", queries, x => new ExecutionFilter(null, null, x.TemplateId, PageSize, null)),
            List("list of completed", queries, _ => new ExecutionFilter(null, "completed", null, PageSize, null)),
            List("list of failed", queries, _ => new ExecutionFilter(null, "failed", null, PageSize, null)),
            List("list of running", queries, _ => new ExecutionFilter(null, "running", null, PageSize, null)),
            List("list of paused, a page", queries, x => new ExecutionFilter(null, "paused", null, PageSize, x.Cursor)),
            List("list of failed of a workspace", queries, x => new ExecutionFilter(x.WorkspaceId, "failed", null, PageSize, null)),
            List("list of running of a workspace", queries, x => new ExecutionFilter(x.WorkspaceId, "running", null, PageSize, null)),
            List("list of cancelled of a template", queries, x => new ExecutionFilter(null, "cancelled", x.TemplateId, PageSize, null)),
            List("list of paused of a template", queries, x => new ExecutionFilter(null, "paused", x.TemplateId, PageSize, null)),
        ];

        object Span() =>
            new { workspace_id = (string?)null, workspaces = (string[]?)null, from = first, to = today, by_failures = false, limit = 10 };
    }

    private static Measurement List(string name, ExecutionQueries executions, Func<Sample, ExecutionFilter> filter) =>
        new(
            name,
            "execution_queries.list",
            (sample, cancellationToken) => executions.ListAsync(filter(sample), cancellationToken),
            sample =>
            {
                var (workspace, status, template, limit, after) = filter(sample);
                return new
                {
                    workspace_id = workspace,
                    workspaces = (string[]?)null,
                    status,
                    template_id = template,
                    limit,
                    after_time = after?.CreatedAt?.UtcDateTime,
                    after_id = after?.Id,
                };
            });
}
