-- The executions whose turn it is to be looked at, of those that are pending or running. Gives those that have not moved for a while, and says of
-- each when it is looked at next: after as long again as it has not moved by now, but within ten minutes if something is to happen in it, and within
-- four hours if it only waits, or is left alone. Thus none is in the way of the others, and what one search costs depends on its limit alone. Uses idx_executions_sweep.
WITH due AS MATERIALIZED (
    SELECT id, status, ({executions.is_stale}) IS TRUE AS is_stale, workspace_id, parent_execution_id, template_version, deadline_at, COALESCE(updated_at, created_at) AS moved_at,
           -- On a server of one machine an execution in which nothing runs may rest.
           CASE WHEN wake_at > NOW() + interval '10 seconds' THEN wake_at END AS rests_until
    FROM workflow_executions e
    WHERE status IN ('pending', 'running') AND sweep_at <= NOW()
    ORDER BY sweep_at
    LIMIT @limit
    FOR NO KEY UPDATE SKIP LOCKED
),
seen AS MATERIALIZED (
    SELECT d.*,
           COALESCE(NOW() - d.moved_at, interval '0') AS idle,
           j.running,
           -- When the next thing happens in it, by what the record has; in the past if it should have happened.
           LEAST(d.deadline_at, j.wake_at, j.signal_at, CASE WHEN j.waits THEN NULL ELSE d.moved_at END) AS due_at
    FROM due d
    CROSS JOIN LATERAL (
        SELECT COALESCE(array_agg(j.node_id) FILTER (WHERE j.status = 'running'), '{}') AS running,
               min(COALESCE(j.wake_at, CASE j.status WHEN 'pending' THEN d.moved_at END)) FILTER (WHERE j.status <> 'running') AS wake_at,
               min(s.created_at) AS signal_at,
               -- A loop does nothing by itself: it is its items that run or wait.
               COALESCE(bool_or(j.wake_at IS NOT NULL OR j.waits_for ->> 'signal' IS NOT NULL), FALSE) AS waits
        FROM agent_jobs j
        LEFT JOIN LATERAL (
            SELECT min(s.created_at) AS created_at
            FROM workflow_signals s
            WHERE s.execution_id = j.execution_id
              AND s.name = j.waits_for ->> 'signal'
              AND s.retired_at IS NULL
              AND (s.job_id IS NULL OR s.job_id = j.id)
        ) s ON j.status = 'waiting'
        WHERE j.execution_id = d.id AND j.status IN ('pending', 'running', 'waiting')
    ) j
),
looked_at AS (
    UPDATE workflow_executions e SET sweep_at = CASE
        WHEN s.is_stale THEN NOW() + interval '4 hours'
        WHEN s.rests_until IS NOT NULL THEN LEAST(s.rests_until, NOW() + interval '4 hours')
        ELSE GREATEST(NOW() + @quiet::interval, LEAST(
            NOW() + s.idle,
            CASE WHEN s.status = 'running' AND s.running = '{}' AND (s.due_at > NOW()) IS NOT FALSE
                THEN LEAST(NOW() + interval '4 hours', s.due_at + @quiet::interval)
                ELSE NOW() + interval '10 minutes'
            END))
        END
    FROM seen s
    -- The array makes it look them up; joined to a limit that it does not know, PostgreSQL would read the table.
    WHERE e.id = ANY (ARRAY(SELECT id FROM seen)) AND e.id = s.id
)
SELECT s.id, s.status, s.workspace_id, s.parent_execution_id, s.template_version, s.moved_at, s.idle, s.running,
       CASE WHEN s.due_at <= NOW() THEN NOW() - s.due_at END AS overdue,
       (SELECT count(*)::int FROM workflow_execution_events v
        WHERE v.execution_id = s.id AND v.event_type = 'recovered' AND v.event_data ->> 'reason' = 'no_progress' AND v.created_at > NOW() - interval '1 day'
       ) AS recoveries
FROM seen s
WHERE s.rests_until IS NULL AND NOT s.is_stale
  -- Nobody has told of one that somebody else has inserted.
  AND (s.idle >= @quiet::interval OR (s.status = 'pending' AND s.template_version IS NULL))
