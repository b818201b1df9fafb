-- name: cost
-- What a job has cost, with what it has started.
COALESCE(j.cost_usd, 0) + CASE WHEN j.job_type = 'sub_workflow' THEN COALESCE((
    SELECT sum(c.total_cost) FROM workflow_executions c WHERE c.parent_execution_id = j.execution_id AND c.parent_node_id = j.node_id), 0) ELSE 0 END

-- name: items
-- For how many items a job runs its body.
CASE WHEN jsonb_typeof(j.input_data_json -> 'items') = 'array' AND j.job_type = 'for_each' THEN jsonb_array_length(j.input_data_json -> 'items') END

-- name: is_candidate
-- Whether an execution may go on with another version: it was started for itself, from its beginning, and is not part of this continuation.
e.template_id = @template_id AND e.status = ANY (@statuses) AND e.status IN ('failed', 'paused')
AND e.parent_execution_id IS NULL AND e.given_nodes = 0
AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY (@workspaces::text[]))
AND NOT EXISTS (
    SELECT 1 FROM workflow_execution_events v
    WHERE v.execution_id = e.id AND v.event_type = 'retried' AND v.event_data ->> 'continuation' = @continuation_id::text)

-- name: candidates
-- The executions that may go on, oldest first.
SELECT e.id, e.status, e.template_version, COALESCE(e.retries, 0) AS retries, COALESCE(e.total_cost, 0) AS total_cost, e.config_json, e.created_at,
       COALESCE(e.updated_at, e.created_at) AS moved_at,
       e.status = 'paused' AND (
           EXISTS (SELECT 1 FROM agent_jobs j WHERE j.execution_id = e.id AND j.status = 'running')
           OR EXISTS (SELECT 1 FROM workflow_executions c WHERE c.parent_execution_id = e.id AND c.status IN ('pending', 'running', 'paused'))) AS is_busy
FROM workflow_executions e
WHERE {impact.is_candidate}
  AND (@after_id::text IS NULL OR (e.created_at, e.id) > (@after_time::timestamptz, @after_id))
ORDER BY e.created_at, e.id
LIMIT @limit

-- name: count
SELECT count(*) FROM workflow_executions e WHERE {impact.is_candidate}

-- name: jobs
-- How the nodes of some executions stand, as jobs.outcomes, and what they have cost.
SELECT DISTINCT ON (j.execution_id, j.node_id) j.execution_id, j.node_id, j.status,
       CASE WHEN j.status = 'completed' AND j.given_from IS NULL AND COALESCE(e.retries, 0) = 0 THEN {impact.cost} END AS cost_usd,
       {impact.items} AS items
FROM agent_jobs j
JOIN workflow_executions e ON e.id = j.execution_id
WHERE j.execution_id = ANY (@ids)
ORDER BY j.execution_id, j.node_id, (j.status = 'completed') DESC NULLS LAST, (j.id = j.execution_id || ':' || j.node_id) DESC, j.created_at DESC NULLS LAST, j.id

-- name: history
-- How the nodes of a template have run in its last executions. What was given, or retried, says nothing of what a run costs; nor do those
-- that have failed say anything of the nodes that they have not come to, however many they are.
WITH recent AS (
    SELECT l.id
    FROM unnest('{completed,failed}'::text[]) AS s(status)
    CROSS JOIN LATERAL (
        SELECT e.id
        FROM workflow_executions e
        WHERE e.template_id = @template_id AND e.status = s.status AND e.given_nodes = 0 AND COALESCE(e.retries, 0) = 0
        ORDER BY e.created_at DESC, e.id DESC
        LIMIT @limit
    ) l
)
SELECT split_part(j.node_id, '#', 1) AS node_id,
       COALESCE(avg((j.status <> 'skipped')::int) FILTER (WHERE j.status IN ('completed', 'failed', 'skipped')), 1)::float8 AS share,
       avg({impact.cost}) FILTER (WHERE j.status = 'completed' AND j.given_from IS NULL) AS cost_usd,
       avg({impact.items})::float8 AS items
FROM agent_jobs j
WHERE j.execution_id = ANY (ARRAY(SELECT id FROM recent))
GROUP BY split_part(j.node_id, '#', 1)

-- name: spent
-- What those that were set back together have cost since, or are expected to cost while they have not ended.
SELECT count(*) AS executions,
       COALESCE(sum(CASE WHEN s.has_ended THEN s.cost ELSE GREATEST(s.cost, s.predicted) END), 0) AS cost_usd
FROM (
    SELECT e.status IN ('completed', 'failed', 'cancelled') AS has_ended,
           (v.event_data ->> 'predicted_cost_usd')::numeric AS predicted,
           COALESCE(e.total_cost, 0) - (v.event_data ->> 'cost_before_usd')::numeric + COALESCE((
               SELECT sum(c.total_cost) FROM workflow_executions c WHERE c.parent_execution_id = e.id AND c.created_at >= v.created_at), 0) AS cost
    FROM workflow_executions e
    JOIN workflow_execution_events v ON v.execution_id = e.id AND v.event_type = 'retried' AND v.event_data ->> 'continuation' = @continuation_id
    WHERE e.template_id = @template_id AND e.template_version = @version
) s
