using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes.Types;
using WorkflowFunctions.Orchestration;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;

namespace WorkflowFunctions.Running;

/// <summary>What an execution means to the one that started it and to those that it has started.</summary>
internal sealed class Kinship(ExecutionStore executions, IEngine engine)
{
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
    public async Task CancelChildrenAsync(string executionId, Func<NodePath, bool> isMeant, string reason, CancellationToken cancellationToken)
    {
        foreach (var child in await executions.ListChildrenAsync(executionId, cancellationToken))
        {
            if (!isMeant(NodePath.Parse(child.ParentNodeId ?? "")) || await executions.CancelAsync(child.Id, reason, "system", cancellationToken) is not { } change)
                continue;
            foreach (var id in change.Relatives.Prepend(child.Id))
                await engine.SignalAsync(id, EngineSignals.StatusChanged, null, cancellationToken);
        }
    }

    /// <summary>Wakes the parent of an execution that has ended. The record holds the signal already.</summary>
    public async Task TellOfEndAsync(ExecutionRow? row, CancellationToken cancellationToken)
    {
        if (row?.ParentExecutionId is { } parentId)
            await engine.SignalAsync(parentId, EngineSignals.NodePrefix + SubWorkflowNode.SignalPrefix + row.Id, null, cancellationToken);
    }
}
