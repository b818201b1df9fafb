-- The pending executions of a workspace whose turn it is: those that came first, as many as there are places free.
SELECT id FROM workflow_executions
WHERE workspace_id = @workspace_id AND status = 'pending' AND parent_execution_id IS NULL
ORDER BY created_at, id
LIMIT GREATEST(0, @workspace_limit - (
    SELECT count(*) FROM workflow_executions
    WHERE workspace_id = @workspace_id AND status = 'running' AND wake_at IS NULL AND parent_execution_id IS NULL))
