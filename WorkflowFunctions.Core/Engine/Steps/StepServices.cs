using WorkflowFunctions.Engine.Limits;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Nodes.Secrets;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>What steps work with, besides the writer and the engine.</summary>
internal sealed class StepServices(
    ExecutionStore executions,
    JobStore jobs,
    SignalStore signals,
    TemplateVersions templates,
    WorkflowPlans plans,
    RunLimits limits,
    WorkspaceCosts costs,
    ISecrets secrets,
    TimeProvider time,
    WorkflowMetrics metrics)
{
    /// <summary>Reads executions, and makes those that nodes start.</summary>
    public ExecutionStore Executions { get; } = executions;

    /// <summary>Reads jobs.</summary>
    public JobStore Jobs { get; } = jobs;

    /// <summary>Takes signals.</summary>
    public SignalStore Signals { get; } = signals;

    /// <summary>Reads templates.</summary>
    public TemplateVersions Templates { get; } = templates;

    /// <summary>Plans of template versions.</summary>
    public WorkflowPlans Plans { get; } = plans;

    /// <summary>How much may run at once.</summary>
    public RunLimits Limits { get; } = limits;

    /// <summary>What workspaces may cost.</summary>
    public WorkspaceCosts Costs { get; } = costs;

    /// <summary>The secrets that settings may read.</summary>
    public ISecrets Secrets { get; } = secrets;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>How many large outputs are recorded at once.</summary>
    public LargeOutputs LargeOutputs { get; } = new();

    /// <summary>Where metrics go.</summary>
    public WorkflowMetrics Metrics { get; } = metrics;
}
