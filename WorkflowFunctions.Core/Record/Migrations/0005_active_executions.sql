-- Schema document, query 5: which executions have not ended. Nearly all have, so the index is small.
CREATE INDEX IF NOT EXISTS idx_executions_active
    ON workflow_executions(created_at DESC) INCLUDE (workspace_id, status)
    WHERE status IN ('pending', 'running', 'paused');
