SELECT EXISTS (SELECT 1 FROM workflow_hooks WHERE id = @id AND workspace_id = ANY(@workspaces))
