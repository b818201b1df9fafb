-- name: count
SELECT count(*) AS count, min(e.created_at) AS oldest_created_at
FROM workflow_executions e
WHERE {executions.is_stale} AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY (@workspaces::text[]))

-- name: list
SELECT e.id
FROM workflow_executions e
WHERE {executions.is_stale} AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY (@workspaces::text[]))
ORDER BY e.created_at, e.id
LIMIT @limit

-- name: start
-- From now on they count as if they had just been inserted.
WITH started AS (
    UPDATE workflow_executions e SET updated_at = NOW(), sweep_at = NOW()
    WHERE {executions.is_stale}
      AND (@id::text IS NULL OR e.id = @id)
      AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY (@workspaces::text[]))
    RETURNING e.id
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, created_by)
    SELECT id, 'resumed', 'Started, after it had been pending for long', @created_by FROM started
)
SELECT id FROM started
