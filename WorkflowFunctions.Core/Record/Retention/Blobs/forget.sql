DELETE FROM workflow_archive_blobs WHERE name = @name AND archived_at IS NULL
