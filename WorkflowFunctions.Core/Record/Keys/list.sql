-- A caller sees the keys that reach no further than its own.
SELECT id, name, scope, workspaces, created_by, created_at, last_used_at, revoked_at
FROM workflow_api_keys
WHERE @within::text[] IS NULL OR workspaces::text[] <@ @within::text[]
ORDER BY created_at DESC, id DESC
