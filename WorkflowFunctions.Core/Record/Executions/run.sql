-- Records executions that began, ran and completed between two commits: nothing was in the record of them but that they are
-- pending. Returns the ids of those that were; one that is missing is no longer pending, and nothing of it is written.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(
        @ids::text[], @nodes_totals::int[], @costs::numeric[], @started_ats::timestamptz[], @deadline_ats::timestamptz[], @traceparents::text[])
        AS g(id, nodes_total, cost, started_at, deadline_at, traceparent)
),
locked AS MATERIALIZED (
    -- What others have written and is no boolean counts as not given.
    SELECT g.*, e.config_json -> 'track_tasks' IS DISTINCT FROM 'false' AS track_tasks
    FROM workflow_executions e
    JOIN given g ON g.id = e.id
    WHERE e.status = 'pending' AND e.started_at IS NULL
    ORDER BY e.id
    FOR NO KEY UPDATE OF e
),
ran AS (
    UPDATE workflow_executions e SET
        status = 'completed',
        progress_percent = 100,
        nodes_total = l.nodes_total,
        nodes_settled = l.nodes_total,
        total_cost = COALESCE(e.total_cost, 0) + l.cost,
        started_at = l.started_at,
        completed_at = NOW(),
        deadline_at = COALESCE(e.deadline_at, l.deadline_at),
        traceparent = COALESCE(l.traceparent, e.traceparent),
        updated_at = NOW()
    FROM locked l
    WHERE e.id = l.id
    RETURNING e.id, e.template_id
),
used AS (
    UPDATE workflow_templates t SET usage_count = COALESCE(t.usage_count, 0) + u.count
    FROM (SELECT template_id, count(*) AS count FROM ran GROUP BY template_id) u
    WHERE t.id = u.template_id
),
jobs AS (
    INSERT INTO agent_jobs (
        id, execution_id, node_id, job_type, status, input_data_json, output_data_json, tokens_used,
        cost_usd, api_calls, attempt, branch, started_at, completed_at)
    SELECT j.id, j.execution_id, j.node_id, j.job_type, 'completed', j.input::jsonb, j.output::jsonb, j.tokens,
           j.cost, j.api_calls, j.attempt, j.branch, j.started_at, j.completed_at
    FROM unnest(
        @job_ids::text[], @job_execution_ids::text[], @node_ids::text[], @job_types::text[], @inputs::text[], @outputs::text[],
        @tokens::int[], @job_costs::numeric[], @api_calls::int[], @attempts::int[], @branches::text[],
        @job_started_ats::timestamptz[], @job_completed_ats::timestamptz[])
        AS j(id, execution_id, node_id, job_type, input, output,
             tokens, cost, api_calls, attempt, branch,
             started_at, completed_at)
    WHERE j.execution_id IN (SELECT id FROM locked)
    RETURNING id, execution_id, node_id, job_type, attempt, started_at, completed_at
),
events AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, event_data, message, created_by, created_at)
    SELECT v.execution_id, v.event_type, v.node_id, v.event_data::jsonb, v.message, @created_by, COALESCE(v.created_at, NOW())
    FROM unnest(
        @event_execution_ids::text[], @event_types::text[], @event_node_ids::text[], @event_data::text[], @event_messages::text[],
        @event_times::timestamptz[])
        WITH ORDINALITY AS v(execution_id, event_type, node_id, event_data, message, created_at, position)
    WHERE v.execution_id IN (SELECT id FROM locked)
    ORDER BY v.position
),
tasks AS (
    INSERT INTO celery_tasks (task_id, execution_id, task_name, task_args, task_kwargs, status, retry_count, max_retries, started_at, completed_at)
    SELECT j.id, j.execution_id, 'workflow.' || j.job_type, jsonb_build_array(j.execution_id, j.node_id), '{}'::jsonb,
           'success', 0, t.max_attempts - 1, j.started_at, j.completed_at
    FROM jobs j
    JOIN unnest(@job_ids::text[], @max_attempts::int[]) AS t(id, max_attempts) ON t.id = j.id
    JOIN locked l ON l.id = j.execution_id
    WHERE l.track_tasks
)
SELECT id FROM ran
