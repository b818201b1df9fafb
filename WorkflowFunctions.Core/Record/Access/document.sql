SELECT EXISTS (SELECT 1 FROM documents WHERE id = @id AND workspace_id = ANY(@workspaces))
