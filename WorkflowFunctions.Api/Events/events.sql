-- name: list
SELECT *
FROM workflow_execution_events
WHERE execution_id = @execution_id AND id > @after
  AND (@node_id::text IS NULL OR node_id = @node_id)
ORDER BY id
LIMIT @limit
