using Microsoft.Extensions.Logging;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Writing;

namespace WorkflowFunctions.Orchestration;

/// <summary>Runs a node: renders its settings, runs one attempt, and records what came of it before anyone hears of it.</summary>
internal sealed class NodeRunner(StepServices services, RecordWriter writer, ILogger logger)
{
    /// <summary>Runs the next attempt of a node, or says what the record says of one that is settled.</summary>
    public async Task<NodeOutcome> RunAsync(ActiveExecution execution, NodePlan node, CancellationToken stopping)
    {
        var former = execution.FindJob(node.Node.Id);
        if (former is not null && JobStatus.IsSettled(former.Status))
            return OutcomeOf(former, node, error: null);
        if (former?.WakeAt is { } wakeAt && wakeAt > services.Time.GetUtcNow())
            return NodeOutcome.RunAgainAt(wakeAt);
        return await new NodeAttempt(services, writer, logger, execution, node, former).RunAsync(stopping);
    }

    /// <summary>What a settled job means to the orchestration.</summary>
    internal static NodeOutcome OutcomeOf(JobOutcome job, NodePlan node, string? error) =>
        job.Status == JobStatus.Failed && node.Policy.OnError == OnError.Fail
            ? NodeOutcome.Failed(error is null ? $"The node '{node.Node.Id}' failed." : $"{node.Node.Label}: {error}")
            : NodeOutcome.Settled(job.Branch);
}
