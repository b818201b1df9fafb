SELECT * FROM workflow_schedules WHERE id = @id
