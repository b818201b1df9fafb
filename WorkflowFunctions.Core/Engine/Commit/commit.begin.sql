-- Begins executions: a pending one begins to run; one that runs already is recovered from a process that was lost.
-- Sets the counters by what the record holds, so that progress goes on where it stood.
WITH given AS (
    SELECT * FROM unnest(
        @ids::text[], @nodes_totals::int[], @template_versions::text[], @deadline_ats::timestamptz[], @workspace_limits::int[], @times::timestamptz[],
        @traceparents::text[])
        AS g(id, nodes_total, template_version, deadline_at, workspace_limit, at, traceparent)
),
locked AS MATERIALIZED (
    SELECT g.*, e.status, e.workspace_id, e.parent_execution_id, e.created_by, e.created_at
    FROM given g
    JOIN workflow_executions e ON e.id = g.id
    ORDER BY e.id
    FOR NO KEY UPDATE OF e
),
-- Chosen from those that are locked, so that the rows are looked up by their ids and never by their status.
chosen AS MATERIALIZED (
    SELECT *
    FROM locked e
    WHERE e.status IN ('pending', 'running')
      -- In a workspace that has a limit, those run that came first. One that another one waits for never has to wait itself.
      AND (e.status = 'running' OR e.workspace_limit IS NULL OR e.parent_execution_id IS NOT NULL OR e.workspace_limit > (
          SELECT count(*) FROM workflow_executions r
          WHERE r.workspace_id = e.workspace_id
            AND r.parent_execution_id IS NULL
            AND ((r.status = 'running' AND r.wake_at IS NULL) OR (r.status = 'pending' AND {executions.is_ahead}))))
),
begun AS (
    UPDATE workflow_executions e SET
        status = 'running',
        started_at = COALESCE(e.started_at, l.at),
        template_version = COALESCE(e.template_version, l.template_version),
        -- An application that inserted the row without a version has not given the template's default params either.
        config_json = CASE WHEN e.template_version IS NOT NULL THEN e.config_json ELSE (
            SELECT CASE jsonb_typeof(e.config_json) WHEN 'object' THEN e.config_json ELSE '{}' END || jsonb_build_object(
                'params',
                CASE jsonb_typeof(t.default_params_json) WHEN 'object' THEN t.default_params_json ELSE '{}' END
                || CASE jsonb_typeof(e.config_json -> 'params') WHEN 'object' THEN e.config_json -> 'params' ELSE '{}' END)
            FROM workflow_templates t
            WHERE t.id = e.template_id) END,
        nodes_total = l.nodes_total,
        nodes_settled = (
            SELECT count(*) FROM agent_jobs j
            WHERE j.execution_id = e.id AND strpos(j.node_id, '#') = 0
              AND (j.status IN ('completed', 'skipped') OR (j.status = 'failed' AND j.output_data_json IS NOT NULL))),
        deadline_at = COALESCE(e.deadline_at, l.deadline_at),
        wake_at = NULL,
        sweep_at = LEAST(e.sweep_at, NOW() + interval '1 minute'),
        traceparent = COALESCE(l.traceparent, e.traceparent),
        updated_at = NOW()
    FROM chosen l
    WHERE e.id = l.id
    RETURNING e.id, e.template_id
),
used AS (
    UPDATE workflow_templates t SET usage_count = COALESCE(t.usage_count, 0) + u.count
    FROM (
        SELECT b.template_id, count(*) AS count
        FROM begun b
        JOIN chosen l ON l.id = b.id
        WHERE l.status = 'pending'
        GROUP BY b.template_id
    ) u
    WHERE t.id = u.template_id
),
events AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by, created_at)
    SELECT l.id,
           CASE l.status WHEN 'pending' THEN 'started' ELSE 'recovered' END,
           CASE l.status WHEN 'pending' THEN 'Execution started' ELSE 'Execution recovered from the record' END,
           @created_by,
           -- By the clock of its nodes, some of which may have run before this is committed.
           l.at
    FROM chosen l
    -- One that was resumed has its event already; it is running, and no process was lost.
    WHERE l.status = 'pending'
       OR EXISTS (SELECT 1 FROM agent_jobs j WHERE j.execution_id = l.id AND j.status = 'running')
)
SELECT id FROM begun
