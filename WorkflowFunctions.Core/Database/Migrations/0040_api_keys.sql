-- Keys of callers. A key itself is not kept, only its hash (SHA-256).
CREATE TABLE IF NOT EXISTS workflow_api_keys (
    id VARCHAR PRIMARY KEY,
    key_hash BYTEA NOT NULL UNIQUE,
    name VARCHAR NOT NULL,
    scope VARCHAR NOT NULL CHECK (scope IN ('read', 'run', 'admin')),
    -- NULL: all workspaces.
    workspaces VARCHAR[],
    created_by VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE
);
