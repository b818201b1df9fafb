-- Accepts an execution. With an idempotency key that was used before, the execution of that time is returned instead; one with an
-- id that there is already is left as it is.
WITH accepted AS (
    INSERT INTO workflow_executions (
        id, template_id, template_version, project_id, workspace_id, user_id, status, config_json, idempotency_key,
        parent_execution_id, parent_node_id, depth, updated_at)
    VALUES (
        @id, @template_id, @template_version, @project_id, @workspace_id, @user_id, 'pending', @config_json::jsonb, @idempotency_key,
        @parent_execution_id, @parent_node_id, @depth, NOW())
    ON CONFLICT DO NOTHING
    RETURNING *
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'created', 'Execution accepted', @created_by FROM accepted
)
SELECT * FROM accepted
