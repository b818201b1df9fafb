SELECT EXISTS (SELECT 1 FROM workflow_schedules WHERE id = @id AND workspace_id = ANY(@workspaces))
