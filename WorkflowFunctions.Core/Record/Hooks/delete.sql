DELETE FROM workflow_hooks WHERE id = @id
