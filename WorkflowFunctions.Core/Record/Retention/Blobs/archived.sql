UPDATE workflow_archive_blobs
SET archived_at = NOW(), row_count = @row_count, first_execution_id = @first, last_execution_id = @last
WHERE name = @name
