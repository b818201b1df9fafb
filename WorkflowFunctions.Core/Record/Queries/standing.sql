-- How many executions have not ended, by what they do, and since when the oldest one waits to begin. Uses idx_executions_not_completed.
SELECT s.state, count(e.id) AS count,
       COALESCE(EXTRACT(EPOCH FROM NOW() - min(e.created_at)), 0)::float8 AS oldest_seconds
FROM (VALUES ('pending'), ('running'), ('waiting'), ('paused')) AS s(state)
LEFT JOIN workflow_executions e
    ON e.status IN ('pending', 'running', 'paused')
   AND s.state = CASE WHEN e.status = 'running' AND e.wake_at IS NOT NULL THEN 'waiting' ELSE e.status END
GROUP BY s.state
