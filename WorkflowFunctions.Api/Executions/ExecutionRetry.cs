using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Types;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Lets an execution that has failed or was cancelled go on.</summary>
internal sealed class ExecutionRetry(ExecutionStore executions, JobStore jobs, TemplateVersions templates, WorkflowPlans plans)
{
    /// <summary>Sets an execution back.</summary>
    /// <param name="row">The execution.</param>
    /// <param name="fromStart">Whether nodes that have completed run again as well.</param>
    /// <param name="withCurrentTemplate">Whether to go on with the template as it is now.</param>
    /// <param name="reason">Why.</param>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row after it; null if its status does not allow it.</returns>
    /// <exception cref="ApiException">400: the template cannot be run, or is not there for the caller.</exception>
    public async Task<ExecutionRow?> AcceptAsync(
        ExecutionRow row, bool fromStart, bool withCurrentTemplate, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        if (row.Status is not (ExecutionStatus.Failed or ExecutionStatus.Cancelled))
            return null;
        var version = withCurrentTemplate || row.TemplateVersion is null
            ? await FindCurrentAsync(row, caller, cancellationToken)
            : row.TemplateVersion;
        var (plan, problems) = await plans.GetAsync(version, cancellationToken);
        if (plan is null)
            throw ApiException.Invalid([.. problems]);
        var former = row.TemplateVersion is null || row.TemplateVersion == version
            ? plan
            : (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan;
        var outcomes = await jobs.ListOutcomesAsync(row.Id, cancellationToken);
        var retry = fromStart ? RerunPlan.FromStart(plan, outcomes) : RerunPlan.Of(plan, former, outcomes);
        return await executions.RetryAsync(
            new RetryWrite
            {
                ExecutionId = row.Id,
                Retries = row.Retries,
                TemplateVersion = version,
                ResetNodeIds = retry.Reset,
                ReopenedNodeIds = retry.Reopened,
                RemovedNodeIds = retry.Removed,
                DefaultParallel = ForEachNode.DefaultParallel,
                From = fromStart ? "start" : "failed",
                Template = withCurrentTemplate ? "current" : "same",
                Reason = reason,
                CreatedBy = caller.Name,
            },
            cancellationToken);
    }

    /// <summary>The template as it is now. It may belong to another workspace than when the execution was started.</summary>
    private async Task<string> FindCurrentAsync(ExecutionRow row, Caller caller, CancellationToken cancellationToken)
    {
        var template = await templates.FindVersionAsync(row.TemplateId, null, cancellationToken);
        var isReachable =
            template is not null
            && (
                template.WorkspaceId is not { } workspaceId || workspaceId == row.WorkspaceId
                || caller.Workspaces?.Contains(workspaceId) != false);
        return isReachable
            ? template!.Version
            : throw ApiException.BadParameter("template", "current", $"same: the template '{row.TemplateId}' is not there any more");
    }
}
