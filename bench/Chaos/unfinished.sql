SELECT count(*) FROM workflow_executions WHERE status NOT IN ('completed', 'failed', 'cancelled')
