SELECT * FROM workflow_templates WHERE id = @id
