SELECT name FROM workflow_archive_blobs WHERE archived_at IS NULL
