-- The blobs that hold archived rows, where retention writes to Azure Blob Storage. A blob counts from when archived_at is set,
-- which is in the transaction that deletes its rows; one without it was being written when a run ended, and the next run removes it.
CREATE TABLE IF NOT EXISTS workflow_archive_blobs (
    name VARCHAR PRIMARY KEY,
    table_name VARCHAR NOT NULL,
    quarter VARCHAR NOT NULL,
    row_count BIGINT,
    -- The first and the last of the executions that its rows belong to, byte by byte.
    first_execution_id VARCHAR COLLATE "C",
    last_execution_id VARCHAR COLLATE "C",
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    archived_at TIMESTAMP WITH TIME ZONE
);
