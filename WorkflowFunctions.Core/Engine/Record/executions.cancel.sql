-- Cancels an execution and those that it has started, with their unsettled jobs. The parent, if it goes on, is told. Runs after executions.lock_family.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
),
changed AS (
    UPDATE workflow_executions e SET
        status = 'cancelled',
        current_node_id = NULL,
        error_message = @reason,
        wake_at = NULL,
        completed_at = NOW(),
        updated_at = NOW()
    FROM family f
    WHERE e.id = f.id AND e.status IN ('pending', 'running', 'paused')
    RETURNING e.*
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
),
told AS (
    INSERT INTO workflow_signals (execution_id, name, created_by)
    SELECT p.id, 'execution:' || c.id, @created_by
    FROM changed c
    JOIN workflow_executions p ON p.id = c.parent_execution_id
    WHERE c.id = @id
)
SELECT * FROM changed
