-- Of completed executions that have both times. Days that are over from the summary, others as they are now. Times are put in order with how many
-- executions took each; a percentile lies between the two that stand around its place.
WITH times AS (
    SELECT execution_date, exp(step / 25.0::float8) AS seconds, executions
    FROM workflow_duration_summary_seen
    WHERE is_all = (@workspace_id::text IS NULL AND @workspaces::text[] IS NULL)
      AND (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
      AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
      AND execution_date BETWEEN @from::date AND @to::date
      AND execution_date >= @counted_from::date
      AND execution_date < @counted_until::date
    UNION ALL
    SELECT (created_at AT TIME ZONE 'UTC')::date, EXTRACT(EPOCH FROM completed_at - started_at)::float8, 1
    FROM workflow_executions
    WHERE created_at >= @from::date::timestamp AT TIME ZONE 'UTC'
      AND created_at < LEAST(@to::date + 1, @counted_from::date)::timestamp AT TIME ZONE 'UTC'
      AND {analytics.is_timed}
    UNION ALL
    SELECT (created_at AT TIME ZONE 'UTC')::date, EXTRACT(EPOCH FROM completed_at - started_at)::float8, 1
    FROM workflow_executions
    WHERE created_at >= GREATEST(@from::date, @counted_until::date)::timestamp AT TIME ZONE 'UTC'
      AND created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND {analytics.is_timed}
),
counted AS (
    SELECT CASE WHEN @by_day THEN execution_date END AS execution_date, seconds, SUM(executions)::float8 AS executions
    FROM times
    GROUP BY 1, 2
),
places AS (
    SELECT execution_date, seconds, SUM(executions) OVER (PARTITION BY execution_date ORDER BY seconds) AS until,
           SUM(executions) OVER (PARTITION BY execution_date) AS total
    FROM counted
),
percentiles AS (
    SELECT execution_date, total, share, share * (total - 1) - floor(share * (total - 1)) AS part,
           MIN(seconds) FILTER (WHERE until > floor(share * (total - 1))) AS low,
           MIN(seconds) FILTER (WHERE until > ceil(share * (total - 1))) AS high
    FROM places
    CROSS JOIN (VALUES (0.5::float8), (0.9), (0.95), (0.99)) AS s(share)
    GROUP BY execution_date, total, share
)
SELECT
    execution_date,
    MAX(total)::bigint AS executions,
    MAX(low + (high - low) * part) FILTER (WHERE share = 0.5) AS p50_seconds,
    MAX(low + (high - low) * part) FILTER (WHERE share = 0.9) AS p90_seconds,
    MAX(low + (high - low) * part) FILTER (WHERE share = 0.95) AS p95_seconds,
    MAX(low + (high - low) * part) FILTER (WHERE share = 0.99) AS p99_seconds
FROM percentiles
GROUP BY execution_date
ORDER BY execution_date DESC
