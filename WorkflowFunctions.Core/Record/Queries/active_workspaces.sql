-- Schema document, query 5. Uses idx_executions_active.
SELECT
    workspace_id,
    COUNT(*) AS active_count,
    string_agg(DISTINCT status, ', ') AS statuses,
    MIN(created_at) AS oldest_active
FROM workflow_executions
WHERE status IN ('pending', 'running', 'paused')
  AND created_at > NOW() - INTERVAL '7 days'
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
GROUP BY workspace_id
ORDER BY active_count DESC, workspace_id
