-- name: list
SELECT *
FROM workflow_executions x
WHERE {execution_queries.is_listed}
ORDER BY created_at DESC, id DESC
LIMIT @limit

-- name: is_listed
-- Whether an execution is one of those that are asked for, and comes after the last one of the page before.
(@workspace_id::text IS NULL OR x.workspace_id = @workspace_id)
AND (@workspaces::text[] IS NULL OR x.workspace_id = ANY(@workspaces::text[]))
AND (@status::text IS NULL OR x.status = @status)
AND (@template_id::text IS NULL OR x.template_id = @template_id)
AND (@parent_execution_id::text IS NULL OR x.parent_execution_id = @parent_execution_id)
AND (@from::timestamptz IS NULL OR x.created_at >= @from::timestamptz)
AND (@to::timestamptz IS NULL OR x.created_at < @to::timestamptz)
AND (NOT @is_waiting OR (x.status = 'running' AND {execution_queries.waits}))
AND (@started_by::text IS NULL OR x.created_by LIKE @started_by)
AND (@after_id::text IS NULL
     OR (x.created_at, x.id) < (@after_time::timestamptz, @after_id)
     -- Rows without a time come first.
     OR (@after_time::timestamptz IS NULL AND (x.created_at IS NOT NULL OR x.id < @after_id)))

-- name: waits
-- Whether somebody has to decide, or to send a signal, before an execution goes on.
EXISTS (
    SELECT 1 FROM agent_jobs j
    WHERE j.execution_id = x.id AND j.status = 'waiting' AND j.job_type IN ('approval', 'wait_for_signal'))

-- name: waiting
SELECT x.id FROM unnest(@ids::text[]) AS x(id) WHERE {execution_queries.waits}

-- name: metrics
SELECT * FROM workflow_execution_metrics WHERE execution_id = @id ORDER BY created_at DESC

-- name: active_workspaces
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

-- name: unfinished
-- How many executions have not ended, by what they do, and since when the oldest one waits to begin. Uses idx_executions_not_completed.
SELECT s.state, count(e.id) AS count,
       COALESCE(EXTRACT(EPOCH FROM NOW() - min(e.created_at)), 0)::float8 AS oldest_seconds
FROM (VALUES ('pending'), ('running'), ('waiting'), ('paused')) AS s(state)
LEFT JOIN workflow_executions e
    ON e.status IN ('pending', 'running', 'paused')
   AND s.state = CASE WHEN e.status = 'running' AND e.wake_at IS NOT NULL THEN 'waiting' ELSE e.status END
GROUP BY s.state

-- name: usage
-- Schema document, query 4. Several jobs of a node are one node, and the tokens of all of them.
SELECT
    execution_id,
    job_type,
    COUNT(DISTINCT node_id) AS node_count,
    COALESCE(SUM(tokens_used), 0) AS total_tokens,
    COALESCE(AVG(tokens_used), 0)::float8 AS avg_tokens,
    EXTRACT(EPOCH FROM AVG(completed_at - started_at))::float8 AS avg_duration_seconds
FROM agent_jobs
WHERE execution_id = @id AND status = 'completed'
GROUP BY execution_id, job_type
ORDER BY job_type
