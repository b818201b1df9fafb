-- Without default params and graph, which may be large.
SELECT id, workspace_id, name, description, category, is_system, usage_count, created_by, created_at, updated_at
FROM workflow_templates
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id OR workspace_id IS NULL)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]) OR workspace_id IS NULL)
  AND (@category::text IS NULL OR category = @category)
  AND (@after_id::text IS NULL
       OR (created_at, id) < (@after_time::timestamptz, @after_id)
       -- Rows without a time come first.
       OR (@after_time::timestamptz IS NULL AND (created_at IS NOT NULL OR id < @after_id)))
ORDER BY created_at DESC, id DESC
LIMIT @limit
