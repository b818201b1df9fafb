-- Ids and outcomes only: what the frontier is rebuilt from.
SELECT node_id, status, attempt, branch, wake_at, started_at
FROM agent_jobs
WHERE execution_id = @execution_id
