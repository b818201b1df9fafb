SELECT EXISTS (SELECT 1 FROM workflow_executions WHERE id = @id AND workspace_id = ANY(@workspaces))
