-- As outcomes.sql, of some nodes.
SELECT DISTINCT ON (node_id) node_id, status, attempt, branch, wake_at, waits_for, started_at
FROM agent_jobs
WHERE execution_id = @execution_id AND node_id = ANY (@node_ids)
ORDER BY node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id
