namespace WorkflowFunctions.Api.Indexes;

/// <summary>Which optional indexes to have: the section <c>Indexes</c>. None of them is dropped when its setting is taken away.</summary>
public sealed record IndexOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Indexes";

    /// <summary><c>idx_executions_status_created</c>: lists by status.</summary>
    public bool ExecutionsStatusCreated { get; set; }

    /// <summary><c>idx_executions_cost</c>: the costliest executions.</summary>
    public bool ExecutionsCost { get; set; }

    /// <summary><c>idx_executions_config_model</c>: searches in <c>config_json</c>.</summary>
    public bool ExecutionsConfigModel { get; set; }

    /// <summary><c>idx_agent_jobs_input_gin</c>: searches in <c>input_data_json</c>.</summary>
    public bool AgentJobsInputGin { get; set; }

    /// <summary><c>idx_agent_jobs_input_type</c>: the same as <see cref="AgentJobsInputGin"/>, which the document has under two names.</summary>
    public bool AgentJobsInputType { get; set; }
}
