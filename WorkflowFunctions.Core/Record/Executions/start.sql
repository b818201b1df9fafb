-- Accepts an execution. With an idempotency key that was used before, the execution of that time is returned instead.
WITH accepted AS (
    INSERT INTO workflow_executions (
        id, template_id, template_version, project_id, workspace_id, user_id, status, config_json, idempotency_key, updated_at)
    VALUES (
        @id, @template_id, @template_version, @project_id, @workspace_id, @user_id, 'pending', @config_json::jsonb, @idempotency_key, NOW())
    ON CONFLICT (workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING *
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'created', 'Execution accepted', @created_by FROM accepted
)
SELECT * FROM accepted
