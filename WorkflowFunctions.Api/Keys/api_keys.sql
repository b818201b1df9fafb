-- name: columns
-- All but the hash.
id, name, scope, workspaces, groups, queues, created_by, created_at, last_used_at, revoked_at

-- name: create
INSERT INTO workflow_api_keys (id, key_hash, name, scope, workspaces, groups, queues, created_by)
VALUES (@id, @key_hash, @name, @scope, @workspaces::varchar[], @groups::varchar[], @queues::varchar[], @created_by)
RETURNING {api_keys.columns}

-- name: list
-- A caller sees the keys that reach no further than its own.
SELECT {api_keys.columns}
FROM workflow_api_keys
WHERE @within::text[] IS NULL OR workspaces::text[] <@ @within::text[]
ORDER BY created_at DESC, id DESC

-- name: revoke
UPDATE workflow_api_keys SET revoked_at = COALESCE(revoked_at, NOW())
WHERE id = @id AND (@within::text[] IS NULL OR workspaces::text[] <@ @within::text[])
RETURNING {api_keys.columns}

-- name: unknown_workspaces
SELECT given.id FROM unnest(@ids::text[]) AS given(id)
WHERE NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = given.id)

-- name: use
-- Finds the key that is not revoked, and notes its use, once a minute at the most.
WITH found AS (
    SELECT {api_keys.columns}
    FROM workflow_api_keys
    WHERE key_hash = @key_hash AND revoked_at IS NULL
),
used AS (
    UPDATE workflow_api_keys k SET last_used_at = NOW()
    FROM found f
    WHERE k.id = f.id AND (f.last_used_at IS NULL OR f.last_used_at < NOW() - INTERVAL '1 minute')
)
SELECT * FROM found
