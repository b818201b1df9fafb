SELECT * FROM workflow_checkpoints WHERE execution_id = @execution_id AND id = @id
