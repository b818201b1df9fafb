-- name: create
INSERT INTO workflow_hooks (id, token_hash, template_id, workspace_id, project_id, user_id, name, config, is_enabled)
VALUES (@id, @token_hash, @template_id, @workspace_id, @project_id, @user_id, @name, @config::jsonb, @is_enabled)
RETURNING id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at

-- name: delete
DELETE FROM workflow_hooks WHERE id = @id

-- name: find
SELECT id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at
FROM workflow_hooks
WHERE id = @id

-- name: find_by_token
SELECT id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at
FROM workflow_hooks
WHERE token_hash = @token_hash AND is_enabled

-- name: list
SELECT id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at
FROM workflow_hooks
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@template_id::text IS NULL OR template_id = @template_id)
  AND (@after_id::text IS NULL
       OR (created_at, id) < (@after_time::timestamptz, @after_id)
       -- Rows without a time come first.
       OR (@after_time::timestamptz IS NULL AND (created_at IS NOT NULL OR id < @after_id)))
ORDER BY created_at DESC, id DESC
LIMIT @limit

-- name: replace
UPDATE workflow_hooks SET
    template_id = @template_id,
    workspace_id = @workspace_id,
    project_id = @project_id,
    user_id = @user_id,
    name = @name,
    config = @config::jsonb,
    is_enabled = @is_enabled,
    updated_at = clock_timestamp()
WHERE id = @id
RETURNING id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at

-- name: used
-- A hook that is called many times a second is written once a second.
UPDATE workflow_hooks SET last_used_at = NOW()
WHERE id = @id AND (last_used_at IS NULL OR last_used_at < NOW() - interval '1 second')
