INSERT INTO workflow_api_keys (id, key_hash, name, scope, workspaces, created_by)
VALUES (@id, @key_hash, @name, @scope, @workspaces::varchar[], @created_by)
RETURNING id, name, scope, workspaces, created_by, created_at, last_used_at, revoked_at
