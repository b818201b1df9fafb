-- name: find
-- The job of a node with all that is known of it. Of several, which other writers make, the one that completed last.
SELECT {jobs.columns}
FROM agent_jobs
WHERE execution_id = @execution_id AND node_id = @node_id
ORDER BY (status = 'completed') DESC NULLS LAST, completed_at DESC NULLS LAST, id
LIMIT 1

-- name: list
-- In the order of the items: of two ids of a node, the shorter one has the smaller number.
SELECT id AS job_id, node_id, job_type, status, attempt, branch, tokens_used, cost_usd, error_message, started_at, completed_at, wake_at, waits_for
FROM agent_jobs
WHERE execution_id = @execution_id
  AND (@node_id::text IS NULL OR split_part(node_id, '#', 1) = @node_id)
  AND (@status::text IS NULL OR status = @status)
  AND (@after_node_id::text IS NULL
       OR (length(node_id), node_id COLLATE "C", id COLLATE "C") > (length(@after_node_id), @after_node_id COLLATE "C", @after_job_id COLLATE "C"))
ORDER BY length(node_id), node_id COLLATE "C", id COLLATE "C"
LIMIT @limit

-- name: nodes
-- What became of each node: of the jobs for all items together, where it is in the body of a loop.
SELECT node_id,
       min(job_type) AS job_type,
       jsonb_object_agg(COALESCE(status, 'pending'), jobs) AS jobs,
       sum(items) AS items,
       max(attempt) AS attempt,
       sum(tokens_used)::bigint AS tokens_used,
       sum(cost_usd) AS cost_usd,
       CASE WHEN sum(jobs) = 1 THEN min(branch) END AS branch,
       bool_and(has_output) AS has_output,
       CASE WHEN sum(jobs) = 1 THEN min(error_message) END AS error_message,
       min(started_at) AS started_at,
       CASE WHEN bool_and(is_settled) THEN max(completed_at) END AS completed_at,
       min(wake_at) AS wake_at
FROM (
    SELECT split_part(node_id, '#', 1) AS node_id, status, count(*) AS jobs, min(job_type) AS job_type, max(attempt) AS attempt,
           sum(tokens_used) AS tokens_used, sum(cost_usd) AS cost_usd, min(branch) AS branch, bool_and(output_data_json IS NOT NULL) AS has_output,
           min(error_message) AS error_message, min(started_at) AS started_at, max(completed_at) AS completed_at,
           bool_and(completed_at IS NOT NULL) AS is_settled, min(wake_at) AS wake_at,
           -- How many items a loop has: it says so while it waits for them, and its input has them.
           sum(CASE WHEN job_type = 'for_each' THEN COALESCE(
               (waits_for ->> 'items')::int,
               CASE WHEN jsonb_typeof(input_data_json -> 'items') = 'array' THEN jsonb_array_length(input_data_json -> 'items') END) END) AS items
    FROM agent_jobs
    WHERE execution_id = @execution_id
    GROUP BY 1, 2
) of_status
GROUP BY node_id
ORDER BY min(started_at), node_id
