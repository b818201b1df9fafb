SELECT * FROM workflow_checkpoints WHERE execution_id = @execution_id ORDER BY created_at DESC, id DESC LIMIT @limit
