UPDATE workflow_api_keys SET revoked_at = COALESCE(revoked_at, NOW())
WHERE id = @id AND (@within::text[] IS NULL OR workspaces::text[] <@ @within::text[])
RETURNING id, name, scope, workspaces, created_by, created_at, last_used_at, revoked_at
