-- name: cached
-- The latest result of what was asked for.
SELECT id, output_data_json AS output, branch
FROM agent_jobs
WHERE cache_key = @key AND completed_at > @since AND status = 'completed' AND output_data_json IS NOT NULL
ORDER BY completed_at DESC
LIMIT 1

-- name: error
SELECT error_message FROM agent_jobs WHERE execution_id = @execution_id AND node_id = @node_id AND status = 'failed' ORDER BY completed_at DESC LIMIT 1

-- name: item
SELECT input_data_json -> 'items' -> @index FROM agent_jobs WHERE id = @id

-- name: items
-- The items of a loop, unless they are more than a process should hold at once.
SELECT input_data_json -> 'items' FROM agent_jobs WHERE id = @id AND pg_column_size(input_data_json) < 4000000

-- name: columns
-- All that people are shown of a job.
id, node_id, job_type, status, attempt, branch, tokens_used, cost_usd, error_message,
input_data_json, output_data_json, started_at, completed_at, wake_at, waits_for, given_from,
EXTRACT(EPOCH FROM (completed_at - started_at))::float8 AS duration

-- name: list
SELECT {jobs.columns}
FROM agent_jobs
WHERE execution_id = @execution_id
ORDER BY created_at, started_at, id

-- name: measure_body
-- How large the results are that commit.collect would gather, one after another, so that they are never in memory together.
SELECT COALESCE(sum(octet_length(j.output_data_json::text)), 0)::bigint
FROM generate_series(0, @count - 1) AS i(index)
CROSS JOIN unnest(@ends::text[]) AS e(id)
JOIN agent_jobs j ON j.id = @execution_id || ':' || e.id || @items || '#' || i.index

-- name: outcome
-- Ids and outcomes only: what the frontier is rebuilt from, with whether a signal has come that the job may take, or has taken without having
-- gone on since.
execution_id, node_id, status, attempt, branch, wake_at, waits_for, started_at, given_from IS NOT NULL AS is_given,
CASE WHEN status = 'waiting' THEN EXISTS (
    SELECT 1 FROM workflow_signals s
    WHERE s.execution_id = j.execution_id AND s.name = j.waits_for ->> 'signal' AND s.retired_at IS NULL AND (s.job_id IS NULL OR s.job_id = j.id))
ELSE FALSE END AS has_signal

-- name: outcomes
-- Of each node of executions one job. Other writers have several for a node: one that has completed counts, or else the engine's own, or else
-- the latest.
SELECT DISTINCT ON (execution_id, node_id) {jobs.outcome}
FROM agent_jobs j
WHERE execution_id = ANY (@execution_ids)
ORDER BY execution_id, node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id

-- name: outcomes_of_items
-- As jobs.outcomes, of the nodes of a body for some of its items. What others have written may have anything after the mark.
SELECT DISTINCT ON (node_id) {jobs.outcome}
FROM agent_jobs j
WHERE execution_id = @execution_id
  AND split_part(node_id, '#', 1) = ANY (@node_ids)
  AND starts_with(node_id, split_part(node_id, '#', 1) || @items || '#')
  AND CASE
          WHEN split_part(node_id, '#', @level) ~ '^[0-9]{1,6}$'
              THEN split_part(node_id, '#', @level)::int >= @from AND split_part(node_id, '#', @level)::int < @to
          ELSE FALSE
      END
ORDER BY node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id

-- name: outcomes_of_nodes
-- As jobs.outcomes, of some nodes.
SELECT DISTINCT ON (execution_id, node_id) {jobs.outcome}
FROM agent_jobs j
WHERE (execution_id, node_id) IN (SELECT * FROM unnest(@execution_ids::text[], @node_ids::text[]))
ORDER BY execution_id, node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id

-- name: outputs
-- Of several jobs of a node, which other writers make, the one counts that completed last.
SELECT DISTINCT ON (node_id) node_id, output_data_json AS output
FROM agent_jobs
WHERE execution_id = @execution_id AND node_id = ANY (@node_ids) AND status IN ('completed', 'failed')
ORDER BY node_id, (status = 'completed') DESC, completed_at DESC NULLS LAST, id
