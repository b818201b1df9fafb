-- name: columns
-- The columns of a table, and whether its archive has them too.
SELECT quote_ident(a.attname) AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       EXISTS (
           SELECT 1 FROM pg_attribute o
           WHERE o.attrelid = to_regclass(@archive) AND o.attname = a.attname AND NOT o.attisdropped) AS is_archived
FROM pg_attribute a
WHERE a.attrelid = to_regclass(@table) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum

-- name: batches
-- Batches go with their rows when they have stayed as long as an execution of that status would.
DELETE FROM workflow_batches
WHERE CASE status
    WHEN 'completed' THEN completed_at < @completed::timestamptz
    WHEN 'cancelled' THEN completed_at < @cancelled::timestamptz
    WHEN 'paused' THEN COALESCE(updated_at, created_at) < @paused::timestamptz
    ELSE FALSE
END

-- name: count_attachments
SELECT count(*) FROM document_attachments
WHERE created_by_workflow_id IN (SELECT id FROM workflow_executions WHERE {retention.expired})

-- name: detach
-- Attachments belong to documents; they stay when the workflow that made them goes.
UPDATE document_attachments SET created_by_workflow_id = NULL WHERE created_by_workflow_id = ANY (@ids)

-- name: drop_traffic
-- What came in and what left has done its work when the execution goes, and tasks that are left over wait for nothing; what is not delivered
-- yet stays until it is, and goes then (drop_left). No reference takes any of it along, nor the signals where executions are partitioned.
WITH signals AS (
    DELETE FROM workflow_signals WHERE execution_id = ANY (@ids)
),
tasks AS (
    DELETE FROM workflow_tasks WHERE execution_id = ANY (@ids)
),
links AS (
    DELETE FROM workflow_task_links WHERE execution_id = ANY (@ids)
),
rows AS (
    -- One that was paused for too long ends for its batch as well.
    UPDATE workflow_batch_rows SET status = 'cancelled' WHERE execution_id = ANY (@ids) AND status = 'running'
)
DELETE FROM workflow_deliveries WHERE execution_id = ANY (@ids) AND status <> 'pending'

-- name: drop_left
-- What is left of executions that have gone: deliveries whose last attempt has been made. What was counted by day and by minute goes when
-- nobody asks for it any more.
WITH costs AS (
    DELETE FROM workflow_workspace_costs WHERE day < (NOW() AT TIME ZONE 'UTC')::date - 31
),
calls AS (
    DELETE FROM workflow_model_calls WHERE second < NOW() - interval '1 day'
)
DELETE FROM workflow_deliveries d
WHERE status <> 'pending' AND NOT EXISTS (SELECT 1 FROM workflow_executions e WHERE e.id = d.execution_id)

-- name: expired
-- Whether an execution has stayed long enough; a condition for others to use. What ended counts from its end, what may still
-- go on counts from its last sign of life. A running one, or a status that others invented, never goes.
CASE status
    WHEN 'completed' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @completed::timestamptz
    WHEN 'failed' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @failed::timestamptz
    WHEN 'cancelled' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @cancelled::timestamptz
    WHEN 'paused' THEN GREATEST(created_at, started_at, updated_at) < @paused::timestamptz
    WHEN 'pending' THEN GREATEST(created_at, started_at, updated_at) < @pending::timestamptz
    ELSE FALSE
END

-- name: find
-- The next executions that may go, in the order of the primary key, so that a run reads the table once. Locks nothing.
SELECT id FROM workflow_executions
WHERE id > @after AND {retention.expired}
ORDER BY id
LIMIT @limit

-- name: hold
-- Holds those executions that still may go: one that someone works on, or that has been resumed meanwhile, is passed over.
-- Nothing that belongs to an execution is added while its row is held.
SELECT id FROM workflow_executions
WHERE id = ANY (@ids) AND {retention.expired}
ORDER BY id
FOR UPDATE SKIP LOCKED
