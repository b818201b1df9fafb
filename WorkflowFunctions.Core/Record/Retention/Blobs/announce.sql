INSERT INTO workflow_archive_blobs (name, table_name, quarter) VALUES (@name, @table_name, @quarter)
