-- name: list
-- Days that are over from the summary, those since its last refresh as they are now.
SELECT
    workspace_id, execution_date, status, total_executions, avg_duration_seconds::float8 AS avg_duration_seconds,
    COALESCE(total_cost, 0) AS total_cost, avg_progress::float8 AS avg_progress
FROM (
    SELECT * FROM workflow_execution_summary_seen WHERE execution_date < @counted_until::date
    UNION ALL
    SELECT workspace_id, (created_at AT TIME ZONE 'UTC')::date, status, COUNT(*), AVG(EXTRACT(EPOCH FROM (completed_at - started_at))), SUM(total_cost),
           AVG(progress_percent)
    FROM workflow_executions
    WHERE created_at >= @counted_until::date::timestamp AT TIME ZONE 'UTC'
    GROUP BY workspace_id, (created_at AT TIME ZONE 'UTC')::date, status
) summary
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@from::date IS NULL OR execution_date >= @from)
  AND (@to::date IS NULL OR execution_date <= @to)
ORDER BY execution_date DESC, workspace_id, status

-- name: is_timed
-- Whether a row of workflow_executions counts for the durations that are asked for.
status = 'completed' AND started_at IS NOT NULL AND completed_at IS NOT NULL
AND (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))

-- name: state
-- Asked for before: PostgreSQL plans the reading of a span well only if it is told its ends.
SELECT counted_from, counted_until FROM workflow_summary_state

-- name: refresh
-- One transaction. What was counted anew until now is in the views then; nobody counts meanwhile.
SELECT counted_until FROM workflow_summary_state FOR UPDATE;
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_execution_summary;
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_node_summary;
REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_duration_summary;
DELETE FROM workflow_changed_days;
DELETE FROM workflow_execution_summary_changed;
DELETE FROM workflow_node_summary_changed;
DELETE FROM workflow_duration_summary_changed;
UPDATE workflow_summary_state SET counted_from = (NOW() AT TIME ZONE 'UTC')::date - 90, counted_until = (NOW() AT TIME ZONE 'UTC')::date
