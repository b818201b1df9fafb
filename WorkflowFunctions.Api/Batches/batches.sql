-- name: active
-- Batches in which something is to be done, or to be waited for.
SELECT id FROM workflow_batches WHERE completed_at IS NULL AND status <> 'paused' ORDER BY created_at LIMIT 1000

-- name: add_rows
INSERT INTO workflow_batch_rows (batch_id, number, params)
SELECT @id, g.number, g.params::jsonb FROM unnest(@numbers::int[], @params::text[]) AS g(number, params)

-- name: cancel
-- What waits for a retry has failed before.
WITH changed AS (
    UPDATE workflow_batches SET status = 'cancelled', reason = @reason, updated_at = NOW()
    WHERE id = @id AND status IN ('running', 'paused')
    RETURNING id
),
dropped AS (
    UPDATE workflow_batch_rows r SET status = CASE WHEN r.execution_id IS NULL THEN 'cancelled' ELSE 'failed' END
    FROM changed c
    WHERE r.batch_id = c.id AND r.status = 'pending'
)
SELECT id FROM changed

-- name: claim
-- Holds a batch while something is done in it; others who want to do so skip it.
SELECT * FROM workflow_batches WHERE id = @id AND completed_at IS NULL AND status <> 'paused' FOR NO KEY UPDATE SKIP LOCKED

-- name: close
-- Nothing of it is left to be run, and nothing runs.
UPDATE workflow_batches SET status = CASE status WHEN 'running' THEN 'completed' ELSE status END, completed_at = NOW(), updated_at = NOW() WHERE id = @id

-- name: cost
-- What the rows have cost that have ended, and what those have that run.
COALESCE((SELECT sum(r.cost_usd) FROM workflow_batch_rows r WHERE r.batch_id = b.id AND r.cost_usd > 0 AND r.status <> 'running'), 0)
+ COALESCE((
    SELECT sum(e.total_cost) FROM workflow_batch_rows r JOIN workflow_executions e ON e.id = r.execution_id
    WHERE r.batch_id = b.id AND r.status = 'running'), 0)

-- name: create
INSERT INTO workflow_batches (
    id, template_id, template_version, workspace_id, project_id, user_id, name, config, param_names, max_parallel, max_cost_usd, idempotency_key, created_by)
VALUES (
    @id, @template_id, @template_version, @workspace_id, @project_id, @user_id, @name, @config::jsonb, '{}', @max_parallel, @max_cost_usd,
    @idempotency_key, @created_by)
ON CONFLICT DO NOTHING
RETURNING id

-- name: find
SELECT b.*, n.*, {batches.cost} AS cost_usd
FROM workflow_batches b
CROSS JOIN LATERAL ({batches.numbers}) n
WHERE b.id = @id

-- name: find_by_key
SELECT id FROM workflow_batches WHERE workspace_id = @workspace_id AND idempotency_key = @idempotency_key

-- name: follow
-- A row is as its execution is; if that one is gone, it gets another one.
UPDATE workflow_batch_rows r SET
    execution_id = f.execution_id,
    status = CASE WHEN f.status IS NULL THEN 'pending' WHEN f.status IN ('completed', 'failed', 'cancelled') THEN f.status ELSE 'running' END
FROM (
    SELECT e.id AS execution_id, e.status
    FROM workflow_batch_rows o
    LEFT JOIN workflow_executions e ON e.id = o.execution_id
    WHERE o.batch_id = @id AND o.number = @number
) f
WHERE r.batch_id = @id AND r.number = @number AND r.status = 'pending'

-- name: list
SELECT b.*, n.*, {batches.cost} AS cost_usd
FROM (
    SELECT *
    FROM workflow_batches
    WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
      AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
      AND (@template_id::text IS NULL OR template_id = @template_id)
      AND (@after_id::text IS NULL OR (created_at, id) < (@after_time::timestamptz, @after_id))
    ORDER BY created_at DESC, id DESC
    LIMIT @limit
) b
CROSS JOIN LATERAL ({batches.numbers}) n
ORDER BY b.created_at DESC, b.id DESC

-- name: look
-- How many rows run, whether any is left, and, where that is limited, what all have cost.
SELECT
    (SELECT count(*) FROM workflow_batch_rows WHERE batch_id = b.id AND status = 'running')::int AS running,
    EXISTS (SELECT 1 FROM workflow_batch_rows WHERE batch_id = b.id AND status = 'pending') AS has_pending,
    CASE WHEN b.max_cost_usd IS NOT NULL THEN {batches.cost} END AS cost_usd
FROM workflow_batches b
WHERE b.id = @id

-- name: name_params
UPDATE workflow_batches SET param_names = @param_names::varchar[] WHERE id = @id

-- name: next
-- The next rows, each with the config of its execution: the params of the row over those of the batch.
SELECT r.number, r.execution_id, (b.config || jsonb_build_object('params', (b.config -> 'params') || r.params))::text AS config_json
FROM workflow_batch_rows r
JOIN workflow_batches b ON b.id = r.batch_id
WHERE r.batch_id = @id AND r.status = 'pending'
ORDER BY r.number
LIMIT @limit

-- name: numbers
SELECT
    count(*)::int AS rows_total,
    (count(*) FILTER (WHERE r.status = 'pending'))::int AS rows_pending,
    (count(*) FILTER (WHERE r.status = 'running'))::int AS rows_running,
    (count(*) FILTER (WHERE r.status = 'completed'))::int AS rows_completed,
    (count(*) FILTER (WHERE r.status = 'failed'))::int AS rows_failed,
    (count(*) FILTER (WHERE r.status = 'cancelled'))::int AS rows_cancelled
FROM workflow_batch_rows r
WHERE r.batch_id = b.id

-- name: pause
UPDATE workflow_batches SET status = 'paused', reason = @reason, updated_at = NOW() WHERE id = @id AND status = 'running' RETURNING id

-- name: results
-- A part of the rows with what came of them: the outputs of the last nodes. Other writers have several jobs for a node; the one counts that
-- completed last.
SELECT r.number, r.status, r.execution_id, r.params, r.cost_usd, e.error_message, o.outputs
FROM workflow_batch_rows r
LEFT JOIN workflow_executions e ON e.id = r.execution_id
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(node_id, output_data_json) AS outputs
    FROM (
        SELECT DISTINCT ON (node_id) node_id, output_data_json
        FROM agent_jobs
        WHERE execution_id = r.execution_id AND node_id = ANY (@ends) AND output_data_json IS NOT NULL
        ORDER BY node_id, (status = 'completed') DESC NULLS LAST, completed_at DESC NULLS LAST
    ) ended
) o ON TRUE
WHERE r.batch_id = @id AND r.number > @after
ORDER BY r.number
LIMIT @limit

-- name: resume
UPDATE workflow_batches SET
    status = 'running',
    reason = NULL,
    max_cost_usd = COALESCE(@max_cost_usd, max_cost_usd),
    max_parallel = COALESCE(@max_parallel, max_parallel),
    updated_at = NOW()
WHERE id = @id AND status = 'paused'
RETURNING id

-- name: retry
-- Rows that have failed or were cancelled are to be run again: those with an execution by its retry.
WITH held AS MATERIALIZED (
    SELECT id FROM workflow_batches WHERE id = @id FOR NO KEY UPDATE
),
again AS (
    UPDATE workflow_batch_rows r SET status = 'pending'
    FROM held h
    WHERE r.batch_id = h.id AND r.status IN ('failed', 'cancelled')
    RETURNING 1
)
UPDATE workflow_batches b SET
    status = CASE WHEN status IN ('completed', 'cancelled') THEN 'running' ELSE status END,
    reason = CASE WHEN status IN ('completed', 'cancelled') THEN NULL ELSE reason END,
    completed_at = NULL,
    updated_at = NOW()
FROM held h
WHERE b.id = h.id AND EXISTS (SELECT 1 FROM again)
RETURNING b.id

-- name: rows
SELECT r.number, r.status, r.execution_id, r.params, r.cost_usd, e.error_message
FROM workflow_batch_rows r
LEFT JOIN workflow_executions e ON e.id = r.execution_id
WHERE r.batch_id = @id AND (@status::text IS NULL OR r.status = @status) AND r.number > @after
ORDER BY r.number
LIMIT @limit

-- name: running
SELECT execution_id FROM workflow_batch_rows WHERE batch_id = @id AND status = 'running'

-- name: started
UPDATE workflow_batch_rows r SET status = 'running', execution_id = g.execution_id
FROM unnest(@numbers::int[], @execution_ids::text[]) AS g(number, execution_id)
WHERE r.batch_id = @id AND r.number = g.number
