SELECT * FROM workflow_execution_metrics WHERE execution_id = @id ORDER BY created_at DESC
