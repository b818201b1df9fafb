-- Ids and outcomes only: what the frontier is rebuilt from. Other writers have several jobs for a node: one that has completed
-- counts, or else the engine's own, or else the latest.
SELECT DISTINCT ON (node_id) node_id, status, attempt, branch, wake_at, waits_for, started_at
FROM agent_jobs
WHERE execution_id = @execution_id
ORDER BY node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id
