using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>The orchestrator function: the shared orchestration over Durable Task. The instance id is the execution's id.</summary>
public static class WorkflowOrchestrator
{
    /// <summary>Runs an execution until it ends, is paused, or goes on as new.</summary>
    [Function(WorkflowOrchestration.Name)]
    public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        WorkflowOrchestration.RunAsync(new DurableContext(context));
}
