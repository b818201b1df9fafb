using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// Executions that nodes start (<c>sub_workflow</c>): rows of their own, linked to the one that started them, their parent. What becomes of
/// the parent becomes of them.
/// </summary>
internal sealed class ChildExecutions(
    ExecutionStore executions, JobStore jobs, TemplateVersions templates, WorkflowPlans plans, IEngine engine) : IChildExecutions
{
    /// <summary>How many executions may stand above another one; a workflow that runs itself ends here.</summary>
    public const int MaxDepth = 10;

    /// <inheritdoc/>
    public async Task<string> StartAsync(
        NodeContext parent, string templateId, string? version, JsonElement parameters, CancellationToken cancellationToken)
    {
        var row = await executions.FindAsync(parent.ExecutionId, cancellationToken) ?? throw Gone(parent.ExecutionId);
        var id = IdOf(parent, row.Retries);
        if (await executions.FindAsync(id, cancellationToken) is not null)
            return id;
        if (row.Depth >= MaxDepth)
        {
            throw new NodeFailedException(
                $"The execution is the {MaxDepth}th that was started by another one, and may start no more; a workflow may be running "
                    + "itself.", isTransient: false);
        }

        var template = await FindTemplateAsync(row, templateId, version, cancellationToken)
            ?? throw new NodeFailedException(
                $"There is no template '{templateId}' (template_id){(version is null ? "" : $" with a version '{version}'")}.",
                isTransient: false);
        var (_, problems) = await plans.GetAsync(template.Version, cancellationToken);
        if (problems.Count > 0)
            throw new NodeFailedException(
                $"The template '{templateId}' cannot be run: {problems[0].Pointer}: {problems[0].Detail}", isTransient: false);
        var (child, isNew) = await executions.StartAsync(
            new NewExecution
            {
                Id = id,
                TemplateId = templateId,
                TemplateVersion = template.Version,
                WorkspaceId = parent.WorkspaceId,
                ProjectId = parent.ProjectId,
                UserId = parent.UserId,
                ConfigJson = JsonSerializer.Serialize(new { @params = ExecutionConfig.MergeParams(template.DefaultParams, parameters) }),
                CreatedBy = "system",
                ParentExecutionId = parent.ExecutionId,
                ParentNodeId = parent.NodeId,
                Depth = row.Depth + 1,
            },
            cancellationToken);
        await (isNew ? engine.StartAsync(child, cancellationToken) : engine.StartAsync(id, cancellationToken));
        return id;
    }

    /// <inheritdoc/>
    public async Task<ChildResult> ReadAsync(string executionId, CancellationToken cancellationToken)
    {
        var row = await executions.FindAsync(executionId, cancellationToken) ?? throw Gone(executionId);
        var plan = row.TemplateVersion is null ? null : (await plans.GetAsync(row.TemplateVersion, cancellationToken)).Plan;
        var outputs = plan is null || row.Status != ExecutionStatus.Completed
            ? new Dictionary<string, JsonElement>()
            : await jobs.FindOutputsAsync(executionId, [.. plan.Graph.Root.Ends], cancellationToken);
        return new ChildResult(row.Status, row.ErrorMessage, outputs);
    }

    /// <summary>
    /// Whether an execution may run as far as its parent is concerned. One that was started in the moment in which its parent was
    /// paused or ended follows it.
    /// </summary>
    public async Task<bool> MayRunAsync(ExecutionRow row, CancellationToken cancellationToken)
    {
        if (row.ParentExecutionId is not { } parentId)
            return true;
        switch ((await executions.FindAsync(parentId, cancellationToken))?.Status)
        {
            case ExecutionStatus.Paused:
                // Unless it has been resumed by now.
                return !await executions.PauseWithParentAsync(row.Id, cancellationToken);
            case ExecutionStatus.Failed or ExecutionStatus.Cancelled:
                await executions.CancelAsync(row.Id, "The execution that started it has ended.", "system", cancellationToken);
                return false;
            default:
                return true;
        }
    }

    /// <summary>Cancels what an execution has started and that has not ended.</summary>
    public async Task CancelAllAsync(string executionId, Func<NodePath, bool> isMeant, string reason, CancellationToken cancellationToken)
    {
        foreach (var child in await executions.ListChildrenAsync(executionId, cancellationToken))
        {
            if (!isMeant(NodePath.Parse(child.ParentNodeId ?? ""))
                || await executions.CancelAsync(child.Id, reason, "system", cancellationToken) is not { } change)
                continue;
            foreach (var id in change.Relatives.Prepend(child.Id))
                await engine.SignalAsync(id, EngineSignals.StatusChanged, null, cancellationToken);
        }
    }

    /// <summary>Wakes the parent of an execution that has ended. The record holds the signal already.</summary>
    public async Task TellParentAsync(ExecutionRow? row, CancellationToken cancellationToken)
    {
        if (row?.ParentExecutionId is { } parentId)
            await engine.SignalAsync(parentId, EngineSignals.NodePrefix + SubWorkflowNode.SignalPrefix + row.Id, null, cancellationToken);
    }

    /// <summary>
    /// A template that all may use, one of the execution's workspace, or one that is in the same place as the execution's own. A user who
    /// draws a workflow does not reach into other workspaces with it.
    /// </summary>
    private async Task<TemplateVersion?> FindTemplateAsync(
        ExecutionRow parent, string templateId, string? version, CancellationToken cancellationToken)
    {
        var template = await templates.FindVersionAsync(templateId, version, cancellationToken);
        if (template?.WorkspaceId is not { } workspaceId || workspaceId == parent.WorkspaceId)
            return template;
        return (await templates.FindVersionAsync(parent.TemplateId, null, cancellationToken))?.WorkspaceId == workspaceId ? template : null;
    }

    /// <summary>The same for every delivery of an attempt, and another one for the next attempt and after a retry.</summary>
    private static string IdOf(NodeContext parent, int retries)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{parent.JobId}:{retries}:{parent.Attempt}"));
        return "exec-" + Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }

    private static NodeFailedException Gone(string executionId) =>
        new($"The execution '{executionId}' is not there any more.", isTransient: false);
}
