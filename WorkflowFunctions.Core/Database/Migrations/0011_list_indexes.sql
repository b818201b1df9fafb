-- Lists by status. Nearly all executions have completed, and are found by the other indexes; those that have not are few, and
-- without this one PostgreSQL would go through all the others to find them.
CREATE INDEX IF NOT EXISTS idx_executions_not_completed
    ON workflow_executions(status, created_at DESC, id DESC) WHERE status <> 'completed';
