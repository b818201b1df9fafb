-- The nodes that an execution begins with, in the transaction that accepts it: with outputs of the start, with those of a checkpoint, or as
-- the jobs of another execution have recorded them. A loop whose body goes on waits for it.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(@node_ids::text[], @job_types::text[], @statuses::text[], @branches::text[], @outputs::text[])
        AS g(node_id, job_type, status, branch, output)
),
recorded AS (
    -- Of several jobs of a node, as in jobs.outcomes.
    SELECT DISTINCT ON (node_id) id, node_id, input_data_json, output_data_json, error_message
    FROM agent_jobs
    WHERE execution_id = @origin_execution_id AND node_id IN (SELECT node_id FROM given WHERE output IS NULL AND status <> 'skipped')
    ORDER BY node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id
),
jobs AS (
    INSERT INTO agent_jobs (
        id, execution_id, node_id, job_type, status, input_data_json, output_data_json, error_message, branch, attempt,
        waits_for, given_from, started_at, completed_at)
    SELECT @id || ':' || g.node_id, @id, g.node_id, g.job_type, g.status, j.input_data_json,
           CASE WHEN g.status <> 'waiting' THEN COALESCE(g.output::jsonb, c.node_outputs -> g.node_id, j.output_data_json) END,
           CASE WHEN g.status = 'failed' THEN j.error_message END,
           g.branch, 1,
           CASE WHEN g.status = 'waiting' THEN {executions.body_goes_on} END,
           CASE WHEN g.status <> 'waiting' THEN COALESCE(CASE WHEN g.output IS NULL THEN COALESCE(j.id, @origin_checkpoint_id) END, 'request') END,
           NOW(), CASE WHEN g.status <> 'waiting' THEN NOW() END
    FROM given g
    LEFT JOIN recorded j ON j.node_id = g.node_id
    LEFT JOIN workflow_checkpoints c ON c.id = @origin_checkpoint_id AND g.output IS NULL AND g.status <> 'skipped'
)
INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
VALUES (@id, 'given', @message, @event_data::jsonb, @created_by)
