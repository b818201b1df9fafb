-- name: list
-- Days that are over as the summary was refreshed last; today as it is now.
SELECT
    workspace_id, execution_date, status, total_executions, avg_duration_seconds::float8 AS avg_duration_seconds,
    COALESCE(total_cost, 0) AS total_cost, avg_progress::float8 AS avg_progress
FROM (
    SELECT * FROM workflow_execution_summary_seen WHERE execution_date < (NOW() AT TIME ZONE 'UTC')::date
    UNION ALL
    SELECT workspace_id, (NOW() AT TIME ZONE 'UTC')::date, status, COUNT(*), AVG(EXTRACT(EPOCH FROM (completed_at - started_at))), SUM(total_cost), AVG(progress_percent)
    FROM workflow_executions
    WHERE created_at >= date_trunc('day', NOW() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    GROUP BY workspace_id, status
) summary
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@from::date IS NULL OR execution_date >= @from)
  AND (@to::date IS NULL OR execution_date <= @to)
ORDER BY execution_date DESC, workspace_id, status

-- name: refresh
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_execution_summary;
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_node_summary
