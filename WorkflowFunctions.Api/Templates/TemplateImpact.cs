using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// What another version of a template would do for its executions that have failed or are paused: which could go on with it, which of their
/// nodes would run again, and what that would cost. And has them go on, as many as a limit of money allows.
/// </summary>
/// <remarks>
/// The record of a continuation is the event <c>retried</c> of each execution, committed with its change of status: a call that is
/// repeated, after whatever end of the one before, leaves out those that have it, and counts what they have cost.
/// </remarks>
internal sealed class TemplateImpact(
    RecordConnections records,
    NpgsqlDataSource database,
    TemplateVersions templates,
    WorkflowPlans plans,
    GivenStart drafts,
    ExecutionStore executions,
    EngineCalls engine)
{
    /// <summary>How many executions one answer is about.</summary>
    public const int MaxExecutions = 10_000;

    /// <summary>How many executions one call has go on.</summary>
    public const int MaxContinued = 200;

    /// <summary>How many executions are read at once.</summary>
    private const int PageSize = 100;

    /// <summary>By how many executions it is judged what nodes cost.</summary>
    private const int HistorySize = 1000;

    /// <summary>What is locked while executions are set back: of two calls each would spend the whole limit.</summary>
    private const long LockKey = 0x57F0_0006;

    /// <summary>Says what a version would do. Nothing changes.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="choice">The version, and which executions.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="limit">Of how many executions it says so one by one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ImpactReport> PredictAsync(
        string templateId, ImpactRequest choice, Caller caller, int limit, CancellationToken cancellationToken)
    {
        var search = await SearchAsync(templateId, choice, caller, null, cancellationToken);
        var (counts, nodes, items) = (
            new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, ImpactNode>(StringComparer.Ordinal),
            new List<ImpactExecution>());
        var (leftOut, examined, cost) = (0, 0, 0m);
        await foreach (var (row, forecast, obstacle, _) in StoppedAsync(search, cancellationToken))
        {
            examined++;
            if (items.Count < limit)
                items.Add(
                    new ImpactExecution(
                        row.Id, row.Status, [.. forecast.Nodes.Select(node => node.NodeId)], Rounded(forecast.CostUsd), obstacle));
            if (obstacle is not null)
            {
                leftOut++;
                continue;
            }

            counts[row.Status] = counts.GetValueOrDefault(row.Status) + 1;
            cost += forecast.CostUsd;
            foreach (var node in forecast.Nodes)
                nodes[node.NodeId] = (nodes.GetValueOrDefault(node.NodeId) ?? new ImpactNode(node.NodeId, 0, 0, 0, true)).With(node);
            if (examined == MaxExecutions)
                break;
        }

        return new ImpactReport
        {
            Version = search.Plan.Version,
            Executions = counts.Values.Sum(),
            Failed = counts.GetValueOrDefault(ExecutionStatus.Failed),
            Paused = counts.GetValueOrDefault(ExecutionStatus.Paused),
            LeftOut = leftOut,
            NotExamined = examined < MaxExecutions ? 0 : Math.Max(0, await CountAsync(search, cancellationToken) - examined),
            CostUsd = Rounded(cost),
            Nodes =
            [
                .. search
                    .Plan.Graph.Nodes.Select(node => nodes.GetValueOrDefault(node.Id))
                    .OfType<ImpactNode>()
                    .Select(node => node with { Runs = Math.Round(node.Runs, 2), CostUsd = Rounded(node.CostUsd) }),
            ],
            Items = items,
        };
    }

    /// <summary>Has executions go on with a version, oldest first, until the next one could pass the limit.</summary>
    /// <param name="templateId">The template.</param>
    /// <param name="request">The version, which executions, and the limit.</param>
    /// <param name="continuationId">What they are part of; one that is known goes on.</param>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="cancellationToken">Stops it; those that have been set back go on.</param>
    /// <exception cref="ApiException">409: another call does it at this moment.</exception>
    public async Task<ContinueReport> ContinueAsync(
        string templateId, ContinueRequest request, string continuationId, Caller caller, CancellationToken cancellationToken)
    {
        var search = await SearchAsync(templateId, request, caller, continuationId, cancellationToken);
        await using var right = await DatabaseLock.TryAcquireAsync(database, LockKey, cancellationToken)
            ?? throw new ApiException(
                ApiProblem.Of(409, "Executions are being continued already, for another request. Try again when it is done."));
        var spent = await SpentAsync(search, cancellationToken);
        var (continued, committed) = (0, spent.CostUsd);
        var (isLimited, isDone) = (false, true);
        await foreach (var (row, forecast, obstacle, rerun) in StoppedAsync(search, cancellationToken))
        {
            if (obstacle is not null)
                continue;
            isLimited = committed + forecast.CostUsd > request.MaxCostUsd;
            isDone = isLimited || continued < MaxContinued;
            if (isLimited || !isDone)
                break;
            if (await executions.RetryAsync(
                    Write(row, search.Plan, rerun, forecast, continuationId, request.Reason, caller), cancellationToken)
                is null)
                continue;
            committed += forecast.CostUsd;
            continued++;
            await engine.StartAsync(row.Id);
        }

        return new ContinueReport
        {
            ContinuationId = continuationId,
            Version = search.Plan.Version,
            Continued = spent.Executions + continued,
            Left = await CountAsync(search, cancellationToken),
            CostUsd = Rounded(committed),
            IsLimited = isLimited,
            IsDone = isDone,
        };
    }

    private static RetryWrite Write(
        StoppedExecution row, WorkflowPlan plan, RerunPlan rerun, RerunForecast forecast, string continuationId, string? reason,
        Caller caller) =>
        new()
        {
            ExecutionId = row.Id,
            Retries = row.Retries,
            TemplateVersion = plan.Version,
            ResetNodeIds = rerun.Reset,
            ReopenedNodeIds = rerun.Reopened,
            RemovedNodeIds = rerun.Removed,
            DefaultParallel = ForEachNode.DefaultParallel,
            From = row.Status,
            Template = "version",
            Reason = reason,
            CreatedBy = caller.Name,
            PausedSince = row.Status == ExecutionStatus.Paused ? row.MovedAt : null,
            ContinuationId = continuationId,
            PredictedCostUsd = forecast.CostUsd,
        };

    private async Task<Search> SearchAsync(
        string templateId, ImpactRequest choice, Caller caller, string? continuationId, CancellationToken cancellationToken)
    {
        var template =
            await templates.FindVersionAsync(templateId, choice.Version, cancellationToken)
            ?? throw (
                choice.Version is null
                    ? ApiException.NotFound("template", templateId)
                    : ApiException.Invalid(
                        new Problem(
                            "/version", $"The template has no version '{choice.Version}'.",
                            $"one that GET /api/templates/{templateId}/versions lists")));
        var version = choice.Template is { ValueKind: JsonValueKind.Object } draft
            ? await drafts.StoreAsync(draft, cancellationToken)
            : template.Version;
        var (plan, problems) = await plans.GetAsync(version, cancellationToken);
        return new Search(
            plan ?? throw ApiException.Invalid([.. problems]),
            new
            {
                template_id = templateId,
                statuses = (choice.Statuses ?? [StoppedStatus.Failed, StoppedStatus.Paused])
                    .Select(status => status == StoppedStatus.Failed ? ExecutionStatus.Failed : ExecutionStatus.Paused).ToArray(),
                workspaces = caller.Workspaces?.ToArray(),
                continuation_id = continuationId,
                version,
            });
    }

    /// <summary>
    /// The executions that have stopped, oldest first, each with what will run in it, and why it cannot go on, if it cannot.
    /// </summary>
    private async IAsyncEnumerable<(StoppedExecution Row, RerunForecast Forecast, string? Obstacle, RerunPlan Rerun)> StoppedAsync(
        Search search, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var history = (await records.QueryAsync<NodeHistory>("impact.history", search.With(limit: HistorySize), cancellationToken))
            .ToDictionary(node => node.NodeId, StringComparer.Ordinal);
        PageCursor? after = null;
        do
        {
            var page = await records.QueryAsync<StoppedExecution>("impact.candidates", search.With(PageSize, after), cancellationToken);
            var jobs = (
                await records.QueryAsync<PastJob>("impact.jobs", new { ids = page.Select(row => row.Id).ToArray() }, cancellationToken)
            ).ToLookup(job => job.ExecutionId);
            foreach (var row in page)
            {
                IReadOnlyList<PastJob> past = [.. jobs[row.Id]];
                var former = row.TemplateVersion is null ? null : (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan;
                var rerun = RerunPlan.Of(
                    search.Plan, former, [.. past.Select(job => new JobOutcome { NodeId = job.NodeId, Status = job.Status })],
                    isUnderWay: row.Status == ExecutionStatus.Paused);
                yield return (row, RerunForecast.Of(search.Plan, rerun, past, history), row.Obstacle, rerun);
            }

            after = page.Count < PageSize ? null : new PageCursor(page[^1].CreatedAt, page[^1].Id);
        }
        while (after is not null);
    }

    private Task<int> CountAsync(Search search, CancellationToken cancellationToken) =>
        records.QuerySingleAsync<int>("impact.count", search.With(limit: 0), cancellationToken);

    private Task<Spent> SpentAsync(Search search, CancellationToken cancellationToken) =>
        records.QuerySingleAsync<Spent>("impact.spent", search.With(limit: 0), cancellationToken);

    private static decimal Rounded(decimal cost) => Math.Round(cost, 6);

    private sealed record Search(WorkflowPlan Plan, object Filter)
    {
        public Dapper.DynamicParameters With(int limit, PageCursor? after = null)
        {
            var parameters = new Dapper.DynamicParameters(Filter);
            parameters.AddDynamicParams(new { limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id });
            return parameters;
        }
    }

    private sealed record StoppedExecution
    {
        public required string Id { get; init; }

        public required string Status { get; init; }

        public string? TemplateVersion { get; init; }

        public int Retries { get; init; }

        public decimal TotalCost { get; init; }

        public JsonElement? ConfigJson { get; init; }

        public DateTimeOffset? CreatedAt { get; init; }

        public DateTimeOffset? MovedAt { get; init; }

        public bool IsBusy { get; init; }

        public string? Obstacle =>
            IsBusy ? "A node of it, or an execution that it has started, has not come to rest."
            : ExecutionConfig.Read(ConfigJson).MaxCostUsd is { } most && TotalCost >= most
                ? $"It has cost {TotalCost:0.######} USD, and may cost {most:0.######} (max_cost_usd)."
            : null;
    }

    private sealed record Spent
    {
        public int Executions { get; init; }

        public decimal CostUsd { get; init; }
    }
}
