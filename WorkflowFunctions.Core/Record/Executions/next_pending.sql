SELECT id FROM workflow_executions
WHERE workspace_id = @workspace_id AND status = 'pending' AND parent_execution_id IS NULL
ORDER BY created_at, id
LIMIT 1
