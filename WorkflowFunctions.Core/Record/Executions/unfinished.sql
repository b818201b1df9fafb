-- What there is to be done: executions that are pending, or run and do not rest, or whose rest ends about now
-- (idx_executions_unfinished), and those for which a signal has come that one of their nodes waits for (idx_signals_untaken).
(
    SELECT id, created_at
    FROM workflow_executions e
    WHERE status IN ('pending', 'running') AND (wake_at IS NULL OR wake_at <= NOW() + interval '10 seconds') AND id <> ALL (@known)
      -- Those whose turn it is not would be refused.
      AND (@workspace_limit::int IS NULL OR status = 'running' OR parent_execution_id IS NOT NULL OR @workspace_limit > (
          SELECT count(*) FROM (
              SELECT 1 FROM workflow_executions r
              WHERE r.workspace_id = e.workspace_id
                AND r.parent_execution_id IS NULL
                AND ((r.status = 'running' AND r.wake_at IS NULL) OR (r.status = 'pending' AND (r.created_at, r.id) < (e.created_at, e.id)))
              LIMIT @workspace_limit) AS ahead))
    ORDER BY created_at
    LIMIT @limit
)
UNION
(
    SELECT e.id, e.created_at
    FROM workflow_signals s
    JOIN workflow_executions e ON e.id = s.execution_id
    JOIN agent_jobs j ON j.execution_id = s.execution_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = s.name
    WHERE s.job_id IS NULL AND s.retired_at IS NULL AND e.status = 'running' AND e.id <> ALL (@known)
    LIMIT @limit
)
ORDER BY created_at
LIMIT @limit
