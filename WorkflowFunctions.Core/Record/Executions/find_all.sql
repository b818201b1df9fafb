SELECT * FROM workflow_executions WHERE id = ANY (@ids)
