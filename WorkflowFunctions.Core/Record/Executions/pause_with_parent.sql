-- Pauses an execution whose parent is paused: it was started in that moment. Resuming the parent resumes it.
WITH changed AS (
    UPDATE workflow_executions e SET status = 'paused', wake_at = NULL, paused_at = NOW(), updated_at = NOW()
    FROM workflow_executions p
    WHERE e.id = @id AND e.status IN ('pending', 'running') AND p.id = e.parent_execution_id AND p.status = 'paused'
    RETURNING e.*
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'paused', 'The execution that started it is paused', @created_by FROM changed
)
SELECT * FROM changed
