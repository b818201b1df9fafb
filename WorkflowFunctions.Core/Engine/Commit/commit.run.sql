-- Records executions that began, ran and completed between two commits: nothing was in the record of them but that they are
-- pending. Returns the ids of those that were; one that is missing is no longer pending, and nothing of it is written.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(
        @run_ids::text[], @run_nodes_totals::int[], @run_costs::numeric[], @run_started_ats::timestamptz[], @run_deadline_ats::timestamptz[],
        @run_traceparents::text[])
        AS g(id, nodes_total, cost, started_at, deadline_at, traceparent)
),
locked AS MATERIALIZED (
    -- What others have written and is no boolean counts as not given.
    SELECT g.*, e.config_json -> 'track_tasks' IS DISTINCT FROM 'false' AS track_tasks, e.status = 'pending' AND e.started_at IS NULL AS is_new
    FROM given g
    JOIN workflow_executions e ON e.id = g.id
    ORDER BY e.id
    FOR NO KEY UPDATE OF e
),
-- Rows are looked up by their ids, never by their status.
running AS MATERIALIZED (
    SELECT * FROM locked WHERE is_new
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
    FROM running l
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
    SELECT g.id, g.execution_id, g.node_id, g.job_type, 'completed', g.input::jsonb, g.output::jsonb, g.tokens,
           g.cost, g.api_calls, g.attempt, g.branch, g.started_at, g.completed_at
    FROM unnest(
        @ids::text[], @execution_ids::text[], @node_ids::text[], @job_types::text[], @inputs::text[], @outputs::text[],
        @tokens::int[], @costs::numeric[], @api_calls::int[], @attempts::int[], @branches::text[],
        @started_ats::timestamptz[], @completed_ats::timestamptz[])
        AS g(id, execution_id, node_id, job_type, input, output,
             tokens, cost, api_calls, attempt, branch,
             started_at, completed_at)
    WHERE g.execution_id IN (SELECT id FROM running)
    RETURNING id, execution_id, node_id, job_type, output_data_json, started_at, completed_at
),
events AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, event_data, severity, message, created_by, created_at)
    SELECT execution_id, event_type, node_id, event_data, severity, message, @created_by, created_at
    FROM (
        SELECT 1 AS part, 0 AS position, l.id AS execution_id, 'started' AS event_type, NULL AS node_id, NULL::jsonb AS event_data,
               'info' AS severity, 'Execution started' AS message, l.started_at AS created_at
        FROM running l
        UNION ALL
        SELECT 2, v.position, j.execution_id, v.event_type, j.node_id, v.event_data::jsonb, v.severity, v.message, v.created_at
        FROM unnest(
            @event_job_ids::text[], @event_types::text[], @event_data::text[], @event_severities::text[], @event_messages::text[],
            @event_times::timestamptz[])
            WITH ORDINALITY AS v(job_id, event_type, event_data, severity, message, created_at, position)
        JOIN jobs j ON j.id = v.job_id
        UNION ALL
        SELECT 3, 0, l.id, 'completed', NULL, NULL, 'info', 'Execution completed', NOW()
        FROM running l
    ) e
    -- In the order in which it happened, so that ids ascend with time. The end is told by another clock than the rest.
    ORDER BY part = 3, created_at, part, position
),
tasks AS (
    INSERT INTO celery_tasks (
        task_id, execution_id, task_name, task_args, task_kwargs, status, result, retry_count, max_retries, started_at, completed_at)
    SELECT j.id, j.execution_id, 'workflow.' || j.job_type, jsonb_build_array(j.execution_id, j.node_id), '{}'::jsonb,
           'success',
           -- A large one is in the job alone.
           CASE WHEN pg_column_size(j.output_data_json) <= 65536 THEN j.output_data_json END,
           0, t.max_attempts - 1, j.started_at, j.completed_at
    FROM jobs j
    JOIN unnest(@ids::text[], @max_attempts::int[]) AS t(id, max_attempts) ON t.id = j.id
    -- Asked so, it is looked up by a hash; a join, which PostgreSQL takes for one of a single row, would compare each job with each execution.
    WHERE (j.execution_id IN (SELECT id FROM running WHERE track_tasks)) IS TRUE
)
SELECT id FROM ran
