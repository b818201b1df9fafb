using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>Runs a node: renders its settings, runs one attempt, and records what came of it before anyone hears of it.</summary>
internal sealed class NodeRunner(StepServices services, ChildExecutions children, RecordWriter writer, ILogger logger)
{
    private static readonly Func<ILogger, string, string, IDisposable?> s_scope = LoggerMessage.DefineScope<string, string>(
        "execution {ExecutionId}, node {NodeId}");

    /// <summary>Runs the next attempt of a node, or says what the record says of one that is settled or still waits.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="node">The node.</param>
    /// <param name="path">The node, as the record names it.</param>
    /// <param name="record">Records what came of it.</param>
    /// <param name="stopping">Fires when the process stops.</param>
    public async Task<NodeOutcome> RunAsync(
        ActiveExecution execution, NodePlan node, NodePath path, RecordJob record, CancellationToken stopping)
    {
        var former = execution.FindJob(path.ToString());
        if (former is not null && JobStatus.IsSettled(former.Status))
            return await SettledAsync(execution, former, node, path, stopping);
        if (former?.WaitsFor is { Items: { } items, MaxParallel: { } maxParallel, Deadline: var until })
            return NodeOutcome.RunBody(items, maxParallel, until);
        var now = services.Time.GetUtcNow();
        JsonElement? signal = null;
        if (former?.WaitsFor?.Signal is { } name)
        {
            signal = await services.Signals.TakeAsync(execution.Row.Id, name, Ids.OfJob(
                execution.Row.Id,
                path.ToString()),
                stopping).OrStepFailsAsync();
            if (signal is null && !(former.WakeAt <= now))
                return NodeOutcome.RunAgainOn(name, former.WakeAt);
        }
        else if (former?.WakeAt is { } wakeAt && wakeAt > now)
        {
            return NodeOutcome.RunAgainAt(wakeAt);
        }

        using var scope = s_scope(logger, execution.Row.Id, path.ToString());
        using var span = ExecutionTrace.StartNode(execution.Row, node.Node.Type, path);
        if (!node.Type.IsPure && !await BegunAsync(execution))
            return NodeOutcome.Halted;
        using var turn = await services.Limits.EnterAsync(node.Node.Type, execution.Row, execution.Cancelled, stopping);
        if (await HasReachedItsCostAsync(execution, node, former, stopping))
            return NodeOutcome.Halted;
        var attempt = NewAttempt(execution, node, path, record, former, signal);
        // Of a time to wait until and a deadline, the earlier one woke it.
        if (signal is null && former is { Status: JobStatus.Waiting, WaitsFor.Deadline: { } deadline } && deadline <= now
            && former.WakeAt >= deadline)
        {
            await children.CancelAllAsync(
                execution.Row.Id, child => child == path, "The node that started it has waited for long enough.", stopping);
            return await attempt.TimeOutAsync();
        }

        return await attempt.RunAsync(stopping);
    }

    /// <summary>An attempt of a node.</summary>
    public NodeAttempt NewAttempt(
        ActiveExecution execution, NodePlan node, NodePath path, RecordJob record, JobOutcome? former = null, JsonElement? signal = null) =>
        new(services, children, writer, record, logger, execution, node, path, former, signal);

    /// <summary>Whether the record has the execution running. That is asked for here, as nothing else may ask for a commit soon.</summary>
    private Task<bool> BegunAsync(ActiveExecution execution)
    {
        if (!execution.Begun.IsCompleted)
            writer.Flush(execution.Row.Id);
        return execution.Begun;
    }

    /// <summary>Ends a node whose body has run: with what it gave for each item, or with what made it fail.</summary>
    public async Task<NodeOutcome> CloseBodyAsync(
        ActiveExecution execution, NodePlan node, NodePath path, string? error, RecordJob record, CancellationToken stopping)
    {
        var former = execution.FindJob(path.ToString());
        if (former is null || JobStatus.IsSettled(former.Status))
            return former is null ? NodeOutcome.Halted : await SettledAsync(execution, former, node, path, stopping);
        var now = services.Time.GetUtcNow();
        var job = execution.NewJob(node, path) with { Attempt = former.Attempt, StartedAt = former.StartedAt ?? now };
        var body = new ClosedBody(path.Items, former.WaitsFor?.Items ?? 0, [.. node.Body!.Ends], node.BodyIds);
        error ??= services.Limits.RefuseOutput(await services.Jobs.MeasureBodyAsync(execution.Row.Id, body, stopping).OrStepFailsAsync());
        var closed = error is null
            ? job.BodyCompleted(node.Node.Label, body, now)
            : (job with { Body = body, Error = error }).Failed(node.Node.Label, node.Policy.OnError, now);
        if (!await record(closed))
            return NodeOutcome.Halted;
        execution.ForgetBody(node, path);
        return OutcomeOf(closed.ToOutcome(), node, path, error);
    }

    /// <summary>What the record says of a node that was settled before this process had to do with it.</summary>
    private async Task<NodeOutcome> SettledAsync(
        ActiveExecution execution, JobOutcome job, NodePlan node, NodePath path, CancellationToken stopping) => OutcomeOf(
            job, node, path, job.Status == JobStatus.Failed
                ? await services.Jobs.FindErrorAsync(execution.Row.Id, path.ToString(), stopping).OrStepFailsAsync()
                : null);

    /// <summary>What a settled job means to the orchestration.</summary>
    internal static NodeOutcome OutcomeOf(JobOutcome job, NodePlan node, NodePath path, string? error) =>
        job.Status == JobStatus.Failed && node.Policy.OnError == OnError.Fail
            ? NodeOutcome.Failed(error is null ? $"The node '{path}' failed." : $"{node.Node.Label}: {error}")
            : NodeOutcome.Settled(job.Branch);

    /// <summary>Pauses an execution before the next node starts, if it or its workspace has cost as much as it may.</summary>
    private async Task<bool> HasReachedItsCostAsync(
        ActiveExecution execution, NodePlan node, JobOutcome? former, CancellationToken stopping)
    {
        // What waits has been started, and what only computes costs nothing.
        var reason = await FindOwnRefusalAsync(execution, stopping)
            ?? (node.Type.IsPure || former?.Status == JobStatus.Waiting
                ? null
                : await services.Costs.FindRefusalAsync(execution.Row.WorkspaceId, stopping).OrStepFailsAsync());
        if (reason is null)
            return false;
        await services.Executions.PauseAsync(execution.Row.Id, reason, "system", stopping, cause: "max_cost_usd").OrStepFailsAsync();
        return true;
    }

    private async Task<string?> FindOwnRefusalAsync(ActiveExecution execution, CancellationToken stopping) =>
        execution.Config.MaxCostUsd is { } limit
        && await services.Executions.FindAsync(execution.Row.Id, stopping).OrStepFailsAsync() is { } row
        && row.TotalCost >= limit
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The execution has cost {row.TotalCost:0.######} USD and may cost {limit:0.######} (max_cost_usd). Resume it with a "
                    + $"higher max_cost_usd to go on.")
            : null;
}
