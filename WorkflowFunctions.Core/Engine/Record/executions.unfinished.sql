-- What there is to be done: executions that are pending, or run and do not rest, or whose rest ends about now. Uses
-- idx_executions_unfinished. Those that rest until a signal comes are found by it (signals.pending).
SELECT id
FROM workflow_executions e
WHERE status IN ('pending', 'running') AND (wake_at IS NULL OR wake_at <= NOW() + interval '10 seconds')
  AND ({executions.is_stale}) IS NOT TRUE
  -- Those of another system that still runs them.
  AND (@runs_inserted OR template_version IS NOT NULL)
  -- As a join, which is hashed: an array would be gone through for each row.
  AND NOT EXISTS (SELECT 1 FROM unnest(@known::text[]) AS known(id) WHERE known.id = e.id)
  -- Those whose turn it is not would be refused.
  AND (@workspace_limit::int IS NULL OR status = 'running' OR parent_execution_id IS NOT NULL OR @workspace_limit > (
      SELECT count(*) FROM (
          SELECT 1 FROM workflow_executions r
          WHERE r.workspace_id = e.workspace_id
            AND r.parent_execution_id IS NULL
            AND ((r.status = 'running' AND r.wake_at IS NULL) OR (r.status = 'pending' AND {executions.is_ahead}))
          LIMIT @workspace_limit) AS ahead))
ORDER BY created_at
LIMIT @limit
