-- Schema document, "Critical Indexes (Must Have)".

CREATE INDEX IF NOT EXISTS idx_executions_id_status ON workflow_executions(id, status);
CREATE INDEX IF NOT EXISTS idx_executions_user_workspace ON workflow_executions(user_id, workspace_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_agent_jobs_execution_status ON agent_jobs(execution_id, status);
CREATE INDEX IF NOT EXISTS idx_agent_jobs_execution_node ON agent_jobs(execution_id, node_id);
CREATE INDEX IF NOT EXISTS idx_templates_workspace_system ON workflow_templates(workspace_id, is_system, created_at DESC);
