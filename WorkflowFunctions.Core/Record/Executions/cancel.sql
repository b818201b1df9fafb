WITH changed AS (
    UPDATE workflow_executions SET
        status = 'cancelled',
        current_node_id = NULL,
        error_message = @reason,
        completed_at = NOW(),
        updated_at = NOW()
    WHERE id = @id AND status IN ('pending', 'running', 'paused')
    RETURNING *
),
dropped AS (
    UPDATE agent_jobs j SET status = 'cancelled', completed_at = NOW()
    FROM changed c
    WHERE j.execution_id = c.id AND j.status IN ('pending', 'running', 'waiting')
    RETURNING j.id
),
tasks AS (
    UPDATE celery_tasks t SET status = 'failure', exception_message = 'Execution cancelled', completed_at = NOW()
    FROM dropped d
    WHERE t.task_id = d.id
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, severity, message, event_data, created_by)
    SELECT id, 'cancelled', 'warning', COALESCE(@reason, 'Execution cancelled'),
           jsonb_strip_nulls(jsonb_build_object('reason', @reason)), @created_by
    FROM changed
)
SELECT * FROM changed
