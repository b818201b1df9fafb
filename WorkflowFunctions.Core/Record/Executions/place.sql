-- The place of a pending execution among those of its workspace, from 1; nothing for one that is not pending.
SELECT (
    SELECT count(*) + 1 FROM workflow_executions r
    WHERE r.workspace_id = e.workspace_id AND r.status = 'pending' AND r.parent_execution_id IS NULL AND (r.created_at, r.id) < (e.created_at, e.id))::int
FROM workflow_executions e
WHERE e.id = @id AND e.status = 'pending'
