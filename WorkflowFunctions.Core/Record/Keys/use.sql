-- Finds the key that is not revoked, and notes its use, once a minute at the most.
WITH found AS (
    SELECT id, name, scope, workspaces, created_by, created_at, last_used_at, revoked_at
    FROM workflow_api_keys
    WHERE key_hash = @key_hash AND revoked_at IS NULL
),
used AS (
    UPDATE workflow_api_keys k SET last_used_at = NOW()
    FROM found f
    WHERE k.id = f.id AND (f.last_used_at IS NULL OR f.last_used_at < NOW() - INTERVAL '1 minute')
)
SELECT * FROM found
