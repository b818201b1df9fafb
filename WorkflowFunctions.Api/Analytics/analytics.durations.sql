-- Of completed executions that have both times.
SELECT
    CASE WHEN @by_day THEN (created_at AT TIME ZONE 'UTC')::date END AS execution_date,
    COUNT(*) AS executions,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM completed_at - started_at)::float8) AS p50_seconds,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM completed_at - started_at)::float8) AS p90_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM completed_at - started_at)::float8) AS p95_seconds,
    percentile_cont(0.99) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM completed_at - started_at)::float8) AS p99_seconds
FROM workflow_executions
WHERE status = 'completed'
  AND started_at IS NOT NULL AND completed_at IS NOT NULL
  AND created_at >= @from::date::timestamp AT TIME ZONE 'UTC'
  AND created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
  AND (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
GROUP BY execution_date
ORDER BY execution_date DESC
