SELECT id, parent_node_id FROM workflow_executions
WHERE parent_execution_id = @id AND status IN ('pending', 'running', 'paused')
