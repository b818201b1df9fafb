-- Pauses an execution and those that it has started.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
),
locked AS MATERIALIZED (
    SELECT e.id
    FROM workflow_executions e
    JOIN family f ON f.id = e.id
    WHERE e.status IN ('pending', 'running')
    ORDER BY e.id
    FOR NO KEY UPDATE OF e
),
changed AS (
    UPDATE workflow_executions e SET status = 'paused', wake_at = NULL, paused_at = NOW(), updated_at = NOW()
    FROM locked l
    WHERE e.id = l.id
    RETURNING e.*
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'paused', COALESCE(@reason, 'Execution paused'), jsonb_strip_nulls(jsonb_build_object('reason', @reason)), @created_by FROM changed
)
SELECT * FROM changed
