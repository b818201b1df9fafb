namespace WorkflowFunctions.Api.Indexes;

/// <summary>An index that the schema document leaves to those who need it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Its table.</param>
/// <param name="Definition">What follows the name of the table.</param>
/// <param name="IsWanted">Whether it is configured.</param>
internal sealed record OptionalIndex(string Name, string Table, string Definition, Func<IndexOptions, bool> IsWanted)
{
    /// <summary>All of them ("Optional Indexes" and "JSONB for Flexible Node Data").</summary>
    public static IReadOnlyList<OptionalIndex> All { get; } =
    [
        new("idx_executions_status_created", "workflow_executions", "(status, created_at DESC)", options => options.ExecutionsStatusCreated),
        new("idx_executions_cost", "workflow_executions", "(total_cost DESC) WHERE total_cost > 0", options => options.ExecutionsCost),
        new("idx_executions_config_model", "workflow_executions", "USING GIN (config_json)", options => options.ExecutionsConfigModel),
        new("idx_agent_jobs_input_gin", "agent_jobs", "USING GIN (input_data_json)", options => options.AgentJobsInputGin),
        new("idx_agent_jobs_input_type", "agent_jobs", "USING GIN (input_data_json)", options => options.AgentJobsInputType),
    ];
}
