SELECT *
FROM workflow_executions
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@status::text IS NULL OR status = @status)
  AND (@template_id::text IS NULL OR template_id = @template_id)
  AND (@after_id::text IS NULL
       OR (created_at, id) < (@after_time::timestamptz, @after_id)
       -- Rows without a time come first.
       OR (@after_time::timestamptz IS NULL AND (created_at IS NOT NULL OR id < @after_id)))
ORDER BY created_at DESC, id DESC
LIMIT @limit
