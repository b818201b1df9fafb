-- Pauses an execution and those that it has started. Runs after executions.lock_family.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
),
changed AS (
    UPDATE workflow_executions e SET status = 'paused', wake_at = NULL, paused_at = NOW(), updated_at = NOW()
    FROM family f
    WHERE e.id = f.id AND e.status IN ('pending', 'running')
    RETURNING e.*
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'paused', COALESCE(@reason, 'Execution paused'), 
           jsonb_strip_nulls(jsonb_build_object('reason', @reason, 'cause', @cause)), @created_by
    FROM changed
)
SELECT * FROM changed
