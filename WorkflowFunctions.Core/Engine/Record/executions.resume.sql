-- Resumes an execution and those that it has started. One that was paused before it began goes back to waiting for its turn. The
-- time that it was paused does not count against its deadline. Runs after executions.lock_family.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
),
changed AS (
    UPDATE workflow_executions e SET
        status = CASE WHEN e.started_at IS NULL THEN 'pending' ELSE 'running' END,
        deadline_at = e.deadline_at + (NOW() - COALESCE(e.paused_at, NOW())),
        paused_at = NULL,
        config_json = CASE
            WHEN @max_cost_usd::numeric IS NULL THEN e.config_json
            ELSE CASE jsonb_typeof(e.config_json) WHEN 'object' THEN e.config_json ELSE '{}' END || jsonb_build_object('max_cost_usd', @max_cost_usd::numeric)
        END,
        sweep_at = NOW(),
        updated_at = NOW()
    FROM family f
    WHERE e.id = f.id AND e.status = 'paused'
    RETURNING e.*
),
-- Tasks that were held back, since nothing starts while it is paused, wait for workers again.
queued AS (
    UPDATE workflow_tasks t SET held = FALSE
    FROM changed c
    WHERE t.execution_id = c.id AND t.held
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'resumed', COALESCE(@reason, 'Execution resumed'),
           jsonb_strip_nulls(jsonb_build_object('reason', @reason, 'max_cost_usd', @max_cost_usd::numeric)), @created_by
    FROM changed
)
SELECT * FROM changed
