-- Schema document, query 5: which executions have not ended. Nearly all have, so the index is small.
CREATE INDEX IF NOT EXISTS idx_executions_active
    ON workflow_executions(created_at DESC) INCLUDE (workspace_id, status)
    WHERE status IN ('pending', 'running', 'paused');

-- Pages of executions, of all workspaces and of one template. The second one also tells whether a template may be deleted.
CREATE INDEX IF NOT EXISTS idx_executions_created ON workflow_executions(created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_executions_template_created ON workflow_executions(template_id, created_at DESC, id DESC);
