-- name: find
SELECT * FROM workflow_checkpoints WHERE execution_id = @execution_id AND id = @id

-- name: list
SELECT * FROM workflow_checkpoints WHERE execution_id = @execution_id ORDER BY created_at DESC, id DESC LIMIT @limit

-- name: request
-- Tells of a checkpoint that was asked for; the execution's row is held so that its events stay in order.
WITH held AS MATERIALIZED (
    SELECT id FROM workflow_executions WHERE id = @execution_id FOR NO KEY UPDATE
)
INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
SELECT id, 'checkpointed', COALESCE(@reason, 'Checkpoint written'), jsonb_build_object('checkpoint_id', @checkpoint_id), @created_by
FROM held
