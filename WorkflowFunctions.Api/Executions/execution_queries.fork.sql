-- A new execution that begins where a checkpoint stood: with the nodes that were settled then, and their outputs of then.
WITH source AS (
    SELECT c.id AS checkpoint_id, c.node_outputs, c.execution_state, c.created_at AS checkpoint_time, e.*
    FROM workflow_checkpoints c
    JOIN workflow_executions e ON e.id = c.execution_id
    WHERE c.id = @checkpoint_id AND e.id = @id
),
forked AS (
    INSERT INTO workflow_executions (
        id, template_id, template_version, project_id, workspace_id, user_id, status, config_json,
        origin_execution_id, origin_checkpoint_id, created_by, updated_at)
    SELECT @new_id, template_id, @template_version, project_id, workspace_id, user_id, 'pending', @config_json::jsonb,
           id, checkpoint_id, @created_by, NOW()
    FROM source
    RETURNING *
),
jobs AS (
    INSERT INTO agent_jobs (
        id, execution_id, node_id, job_type, status, input_data_json, output_data_json, branch, attempt, started_at, completed_at)
    SELECT f.id || ':' || g.node_id, f.id, g.node_id, g.job_type, g.status, j.input_data_json,
           s.node_outputs -> g.node_id, s.execution_state -> 'branches' ->> g.node_id, COALESCE(j.attempt, 1),
           COALESCE(j.started_at, s.checkpoint_time), COALESCE(j.completed_at, s.checkpoint_time)
    FROM forked f
    CROSS JOIN source s
    CROSS JOIN unnest(@node_ids::text[], @job_types::text[], @statuses::text[]) AS g(node_id, job_type, status)
    LEFT JOIN agent_jobs j ON j.id = s.id || ':' || g.node_id
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'created', 'Forked from ' || origin_execution_id,
           jsonb_build_object('origin_execution_id', origin_execution_id, 'origin_checkpoint_id', origin_checkpoint_id), @created_by
    FROM forked
)
SELECT * FROM forked
