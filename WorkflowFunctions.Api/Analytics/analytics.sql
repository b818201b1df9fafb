-- name: list
SELECT
    workspace_id, execution_date, status, total_executions, avg_duration_seconds::float8 AS avg_duration_seconds,
    COALESCE(total_cost, 0) AS total_cost, avg_progress::float8 AS avg_progress
FROM workflow_execution_summary_seen
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@from::date IS NULL OR execution_date >= @from)
  AND (@to::date IS NULL OR execution_date <= @to)
ORDER BY execution_date DESC, workspace_id, status

-- name: refresh
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_execution_summary
