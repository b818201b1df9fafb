-- Finds the executions of a template that may go on with another version, among the many that have completed.
CREATE INDEX IF NOT EXISTS idx_executions_stopped ON workflow_executions(template_id, created_at, id) WHERE status IN ('failed', 'paused');
