using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using WorkflowFunctions.Engine.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The orchestrator functions: the shared orchestrations over Durable Task.</summary>
internal static class WorkflowOrchestrator
{
    /// <summary>Runs an execution until it ends, is paused, or goes on as new. The instance id is the execution's id.</summary>
    [Function(WorkflowOrchestration.Name)]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        WorkflowOrchestration.RunAsync(new DurableContext(context));

    /// <summary>Runs a slice of a loop, as a sub-orchestration. The instance id is a <see cref="SliceId"/>.</summary>
    [Function(SliceOrchestration.Name)]
    public static Task<NodeOutcome?> RunSliceAsync([OrchestrationTrigger] TaskOrchestrationContext context, LoopSlice slice) =>
        SliceOrchestration.RunAsync(new DurableContext(context, slice), slice);
}
