using WorkflowFunctions.Nodes;
using WorkflowFunctions.Record.Executions;
using WorkflowFunctions.Record.Jobs;
using WorkflowFunctions.Record.Templates;

namespace WorkflowFunctions.Orchestration;

/// <summary>What steps work with, besides the writer.</summary>
/// <param name="Executions">Reads executions.</param>
/// <param name="Jobs">Reads jobs.</param>
/// <param name="Templates">Reads templates.</param>
/// <param name="Plans">Plans of template versions.</param>
/// <param name="Secrets">The secrets that settings may read.</param>
/// <param name="Time">The clock.</param>
public sealed record StepServices(
    ExecutionStore Executions, JobStore Jobs, TemplateStore Templates, WorkflowPlans Plans, ISecrets Secrets, TimeProvider Time);
