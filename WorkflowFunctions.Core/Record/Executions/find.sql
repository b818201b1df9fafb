SELECT * FROM workflow_executions WHERE id = @id
