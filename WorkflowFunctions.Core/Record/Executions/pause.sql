WITH changed AS (
    UPDATE workflow_executions SET status = 'paused', updated_at = NOW()
    WHERE id = @id AND status IN ('pending', 'running')
    RETURNING *
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'paused', COALESCE(@reason, 'Execution paused'), jsonb_strip_nulls(jsonb_build_object('reason', @reason)), @created_by FROM changed
)
SELECT * FROM changed
