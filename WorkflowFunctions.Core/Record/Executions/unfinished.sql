-- Uses idx_executions_unfinished.
SELECT id FROM workflow_executions
WHERE status IN ('pending', 'running') AND id <> ALL (@known)
ORDER BY created_at
LIMIT @limit
