-- name: children
SELECT id, parent_node_id FROM workflow_executions
WHERE parent_execution_id = @id AND status IN ('pending', 'running', 'paused')

-- name: find
SELECT * FROM workflow_executions WHERE id = @id

-- name: find_all
SELECT * FROM workflow_executions WHERE id = ANY (@ids)

-- name: find_by_key
SELECT * FROM workflow_executions WHERE workspace_id = @workspace_id AND idempotency_key = @idempotency_key

-- name: is_ahead
-- Whether an execution comes before another one in the line of their workspace. What batches have started comes after all others.
(COALESCE(r.created_by LIKE 'batch-%', FALSE), r.created_at, r.id) < (COALESCE(e.created_by LIKE 'batch-%', FALSE), e.created_at, e.id)

-- name: is_stale
-- Whether somebody else has inserted an execution so long ago that it is left alone.
e.status = 'pending' AND e.template_version IS NULL AND e.parent_execution_id IS NULL AND GREATEST(e.created_at, e.updated_at) < @stale_before::timestamptz

-- name: keep_unsaved
-- Keeps a drawing that is tried before anybody has saved it: in the archive, so that the library does not show it.
INSERT INTO workflow_templates (id, workspace_id, name, nodes_json, edges_json, default_params_json, created_by, archived_at)
VALUES (@id, @workspace_id, @name, @nodes_json::jsonb, @edges_json::jsonb, @default_params_json::jsonb, @created_by, clock_timestamp())

-- name: lock_family
-- Holds an execution and those that it has started. A statement of its own: what is written while this one waits for the rows is
-- seen by the statement after it, and would not be by one that waits itself.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
)
SELECT e.id
FROM workflow_executions e
JOIN family f ON f.id = e.id
ORDER BY e.id
FOR NO KEY UPDATE OF e

-- name: lock_with_parent
-- Holds an execution and the one that started it.
SELECT e.id
FROM workflow_executions e
WHERE e.id = @id OR e.id = (SELECT c.parent_execution_id FROM workflow_executions c WHERE c.id = @id)
ORDER BY e.id
FOR NO KEY UPDATE OF e

-- name: next_pending
-- The pending executions of a workspace whose turn it is: those that stand first in its line, as many as there are places free.
SELECT id FROM workflow_executions e
WHERE workspace_id = @workspace_id AND status = 'pending' AND parent_execution_id IS NULL AND ({executions.is_stale}) IS NOT TRUE
ORDER BY COALESCE(created_by LIKE 'batch-%', FALSE), created_at, id
LIMIT GREATEST(0, @workspace_limit - (
    SELECT count(*) FROM workflow_executions
    WHERE workspace_id = @workspace_id AND status = 'running' AND wake_at IS NULL AND parent_execution_id IS NULL))

-- name: pause_with_parent
-- Pauses an execution whose parent is paused: it was started in that moment. Resuming the parent resumes it.
WITH changed AS (
    UPDATE workflow_executions e SET status = 'paused', wake_at = NULL, paused_at = NOW(), updated_at = NOW()
    FROM workflow_executions p
    WHERE e.id = @id AND e.status IN ('pending', 'running') AND p.id = e.parent_execution_id AND p.status = 'paused'
    RETURNING e.*
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'paused', 'The execution that started it is paused', @created_by FROM changed
)
SELECT * FROM changed

-- name: body_goes_on
-- What a loop waits for whose body is to go on.
jsonb_build_object(
    'items', jsonb_array_length(j.input_data_json -> 'items'),
    'max_parallel', COALESCE((j.input_data_json ->> 'max_parallel')::int, @default_parallel))
