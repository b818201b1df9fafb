-- name: announce
INSERT INTO workflow_archive_blobs (name, table_name, quarter) VALUES (@name, @table_name, @quarter)

-- name: archived
UPDATE workflow_archive_blobs
SET archived_at = NOW(), row_count = @row_count, first_execution_id = @first, last_execution_id = @last
WHERE name = @name

-- name: forget
DELETE FROM workflow_archive_blobs WHERE name = @name AND archived_at IS NULL

-- name: unfinished
SELECT name FROM workflow_archive_blobs WHERE archived_at IS NULL
