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
