-- Writes the state of jobs, with the events that tell of it, the progress of their executions and the task rows that mirror
-- them, for any number of executions at once. Returns the ids of the jobs that were written, and whether a node may start after
-- each; a job that is missing was refused: its execution no longer runs, or the job is settled already.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(
        @ids::text[], @execution_ids::text[], @node_ids::text[], @job_types::text[], @statuses::text[],
        @inputs::text[], @outputs::text[], @errors::text[], @tokens::int[], @costs::numeric[], @api_calls::int[],
        @attempts::int[], @branches::text[], @wake_ats::timestamptz[], @started_ats::timestamptz[], @completed_ats::timestamptz[],
        @max_attempts::int[], @tracebacks::text[], @waits_fors::text[], @retries::int[],
        @cache_keys::text[], @given_froms::text[])
        AS g(id, execution_id, node_id, job_type, status,
             input, output, error, tokens, cost, api_calls,
             attempt, branch, wake_at, started_at, completed_at,
             max_attempts, traceback, waits_for, retries,
             cache_key, given_from)
),
-- A change of an execution's status holds its row, so that no job starts after a pause or a cancel.
locked AS MATERIALIZED (
    -- What others have written and is no boolean counts as not given.
    SELECT id, status, started_at IS NOT NULL AS has_begun, COALESCE(retries, 0) AS retries,
           config_json -> 'track_tasks' IS DISTINCT FROM 'false' AS track_tasks
    FROM workflow_executions
    WHERE id IN (SELECT execution_id FROM given)
    ORDER BY id
    FOR NO KEY UPDATE
),
allowed AS (
    SELECT g.*, e.track_tasks
    FROM given g
    -- What was begun before a retry has no say after it.
    JOIN locked e ON e.id = g.execution_id AND e.retries = g.retries
    -- What runs when an execution is paused may finish; what began in that moment is written down as well.
    WHERE e.status = 'running' OR (e.status = 'paused' AND e.has_begun AND g.status <> 'skipped')
),
written AS (
    INSERT INTO agent_jobs AS j (
        id, execution_id, node_id, job_type, status, input_data_json, output_data_json, error_message, tokens_used,
        cost_usd, api_calls, attempt, branch, wake_at, waits_for, started_at, completed_at, cache_key, given_from)
    SELECT id, execution_id, node_id, job_type, status, input::jsonb, output::jsonb, error, tokens,
           cost, api_calls, attempt, branch, wake_at, waits_for::jsonb, started_at, completed_at, cache_key, given_from
    FROM allowed
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status,
        input_data_json = COALESCE(excluded.input_data_json, j.input_data_json),
        -- What a loop gives is gathered in the database.
        output_data_json = CASE WHEN excluded.status <> 'skipped' THEN COALESCE(excluded.output_data_json, j.output_data_json) END,
        error_message = excluded.error_message,
        tokens_used = COALESCE(j.tokens_used, 0) + excluded.tokens_used,
        cost_usd = COALESCE(j.cost_usd, 0) + excluded.cost_usd,
        api_calls = COALESCE(j.api_calls, 0) + excluded.api_calls,
        attempt = excluded.attempt,
        branch = excluded.branch,
        wake_at = excluded.wake_at,
        waits_for = excluded.waits_for,
        started_at = excluded.started_at,
        completed_at = excluded.completed_at,
        cache_key = excluded.cache_key,
        given_from = excluded.given_from
    WHERE j.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
       -- What is given to a node counts for nothing if no branch leads to it.
       OR (excluded.status = 'skipped' AND j.status = 'completed' AND j.given_from IS NOT NULL)
    RETURNING j.id, j.execution_id, j.node_id, j.status, j.started_at
),
-- Compared with IS TRUE the list is looked up in a hash: joined row by row it would cost the square of the jobs.
given_and_written AS (
    SELECT * FROM allowed WHERE (id IN (SELECT id FROM written)) IS TRUE
),
progress AS (
    UPDATE workflow_executions e SET
        nodes_settled = COALESCE(e.nodes_settled, 0) + w.settled,
        progress_percent = LEAST(99, (COALESCE(e.nodes_settled, 0) + w.settled) * 100 / GREATEST(e.nodes_total, 1)),
        current_node_id = COALESCE(w.last_started, (
            SELECT j.node_id
            FROM agent_jobs j
            WHERE j.execution_id = e.id AND j.status = 'running' AND j.id <> ALL (w.ids)
            ORDER BY j.started_at DESC
            LIMIT 1)),
        total_cost = COALESCE(e.total_cost, 0) + w.cost,
        -- One that rested is awake.
        wake_at = NULL,
        -- One that has waited is looked at soon again. It mostly stays as it is, so that no index hears of it.
        sweep_at = LEAST(e.sweep_at, NOW() + interval '1 minute'),
        updated_at = NOW()
    FROM (
        SELECT execution_id,
               array_agg(id) AS ids,
               -- Nodes in a body, which run for each item, do not count. Nor does one that failed, unless the workflow goes on past it with its error.
               count(*) FILTER (WHERE (status IN ('completed', 'skipped') OR (status = 'failed' AND output IS NOT NULL)) AND strpos(node_id, '#') = 0) AS settled,
               (array_agg(node_id ORDER BY started_at DESC) FILTER (WHERE status = 'running'))[1] AS last_started,
               sum(cost) AS cost
        FROM given_and_written
        GROUP BY execution_id
    ) w
    WHERE e.id = w.execution_id
),
events AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, event_data, severity, message, created_by, created_at)
    SELECT w.execution_id, v.event_type, w.node_id, v.event_data::jsonb, v.severity, v.message, @created_by, v.created_at
    FROM unnest(
        @event_job_ids::text[], @event_types::text[], @event_data::text[], @event_severities::text[], @event_messages::text[],
        @event_times::timestamptz[])
        WITH ORDINALITY AS v(job_id, event_type, event_data, severity, message, created_at, position)
    JOIN written w ON w.id = v.job_id
    ORDER BY v.position
),
tasks AS (
    INSERT INTO celery_tasks AS t (
        task_id, execution_id, task_name, task_args, task_kwargs, status, result, exception_message, traceback,
        retry_count, max_retries, started_at, completed_at)
    SELECT a.id, a.execution_id, 'workflow.' || a.job_type, jsonb_build_array(a.execution_id, a.node_id), '{}'::jsonb,
           CASE a.status
               WHEN 'running' THEN 'started'
               WHEN 'completed' THEN 'success'
               WHEN 'failed' THEN 'failure'
               WHEN 'pending' THEN 'retry'
               ELSE 'pending'
           END,
           -- A large one is in the job alone. What a loop gave is there already.
           CASE WHEN a.status = 'completed' THEN (
               SELECT result
               FROM (SELECT COALESCE(a.output::jsonb, (SELECT output_data_json FROM agent_jobs WHERE id = a.id)) AS result) r
               WHERE pg_column_size(result) <= 65536)
           END,
           a.error, a.traceback, GREATEST(a.attempt - 1, 0), a.max_attempts - 1, a.started_at, a.completed_at
    FROM given_and_written a
    WHERE a.track_tasks AND a.status <> 'skipped'
    ON CONFLICT (task_id) DO UPDATE SET
        status = excluded.status,
        result = excluded.result,
        exception_message = excluded.exception_message,
        traceback = excluded.traceback,
        retry_count = excluded.retry_count,
        started_at = excluded.started_at,
        completed_at = excluded.completed_at
)
SELECT id, execution_id IN (SELECT id FROM locked WHERE status = 'running') FROM written
