-- Ends executions that run: every node is settled, or one failed for good.
WITH given AS (
    SELECT * FROM unnest(@ids::text[], @statuses::text[], @errors::text[], @node_ids::text[], @retries::int[]) AS g(id, status, error, node_id, retries)
),
locked AS MATERIALIZED (
    SELECT g.id, g.status, g.error, g.node_id, e.status = 'running' AND COALESCE(e.retries, 0) = g.retries AS may_end
    FROM given g
    JOIN workflow_executions e ON e.id = g.id
    ORDER BY e.id
    FOR NO KEY UPDATE OF e
),
-- What was begun before a retry has no say after it. Rows are looked up by their ids, never by their status.
ending AS MATERIALIZED (
    SELECT * FROM locked WHERE may_end
),
dropped AS (
    UPDATE agent_jobs j SET status = 'cancelled', completed_at = NOW()
    FROM ending l
    WHERE j.execution_id = l.id AND j.status IN ('pending', 'running', 'waiting')
    RETURNING j.id
),
tasks AS (
    UPDATE celery_tasks t SET status = 'failure', exception_message = 'Execution ended', completed_at = NOW()
    FROM dropped d
    WHERE t.task_id = d.id
),
finished AS (
    UPDATE workflow_executions e SET
        status = l.status,
        progress_percent = CASE l.status WHEN 'completed' THEN 100 ELSE e.progress_percent END,
        current_node_id = NULL,
        error_message = l.error,
        wake_at = NULL,
        completed_at = NOW(),
        updated_at = NOW()
    FROM ending l
    WHERE e.id = l.id
    RETURNING e.id, e.parent_execution_id
),
-- One that was started by another one tells it.
told AS (
    INSERT INTO workflow_signals (execution_id, name, created_by)
    SELECT p.id, 'execution:' || f.id, @created_by
    FROM finished f
    JOIN workflow_executions p ON p.id = f.parent_execution_id
),
events AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, severity, message, created_by)
    SELECT l.id, l.status, l.node_id,
           CASE l.status WHEN 'completed' THEN 'info' ELSE 'error' END,
           COALESCE(l.error, 'Execution completed'), @created_by
    FROM ending l
)
SELECT id FROM finished
