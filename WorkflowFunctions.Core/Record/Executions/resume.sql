-- One that was paused before it began goes back to waiting for its turn.
WITH changed AS (
    UPDATE workflow_executions SET
        status = CASE WHEN started_at IS NULL THEN 'pending' ELSE 'running' END,
        updated_at = NOW()
    WHERE id = @id AND status = 'paused'
    RETURNING *
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'resumed', COALESCE(@reason, 'Execution resumed'), @created_by FROM changed
)
SELECT * FROM changed
