SELECT * FROM workflow_executions WHERE workspace_id = @workspace_id AND idempotency_key = @idempotency_key
