-- Accepts executions. One whose idempotency key was used before, or with an id that there is already, is left out.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(
        @ids::text[], @template_ids::text[], @template_versions::text[], @project_ids::text[], @workspace_ids::text[],
        @user_ids::text[], @configs::text[], @idempotency_keys::text[], @created_bys::text[], @parent_execution_ids::text[],
        @parent_node_ids::text[], @depths::int[], @traceparents::text[], @origin_execution_ids::text[],
        @origin_checkpoint_ids::text[], @given_nodes::int[])
        AS g(id, template_id, template_version, project_id, workspace_id,
             user_id, config, idempotency_key, created_by, parent_execution_id,
             parent_node_id, depth, traceparent, origin_execution_id,
             origin_checkpoint_id, given_nodes)
),
accepted AS (
    INSERT INTO workflow_executions (
        id, template_id, template_version, project_id, workspace_id, user_id, status, config_json, idempotency_key,
        parent_execution_id, parent_node_id, depth, traceparent, origin_execution_id, origin_checkpoint_id, given_nodes, created_by, updated_at)
    SELECT
        id, template_id, template_version, project_id, workspace_id, user_id, 'pending', config::jsonb, idempotency_key,
        parent_execution_id, parent_node_id, depth, traceparent, origin_execution_id, origin_checkpoint_id, given_nodes, created_by, NOW()
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING *
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT a.id, 'created', 'Execution accepted', g.created_by
    FROM accepted a
    JOIN given g ON g.id = a.id
)
SELECT * FROM accepted
