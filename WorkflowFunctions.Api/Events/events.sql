-- name: list
SELECT *
FROM workflow_execution_events
WHERE execution_id = @execution_id AND id > @after
ORDER BY id
LIMIT @limit
