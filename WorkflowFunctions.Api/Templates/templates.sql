-- name: create
INSERT INTO workflow_templates (id, workspace_id, name, description, category, nodes_json, edges_json, default_params_json, on_failure, created_by)
VALUES (@id, @workspace_id, @name, @description, @category, @nodes_json::jsonb, @edges_json::jsonb, @default_params_json::jsonb, @on_failure, @created_by)
RETURNING *

-- name: delete
DELETE FROM workflow_templates WHERE id = @id

-- name: find
SELECT * FROM workflow_templates WHERE id = @id

-- name: list
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

-- name: replace
UPDATE workflow_templates SET
    workspace_id = @workspace_id,
    name = @name,
    description = @description,
    category = @category,
    nodes_json = @nodes_json::jsonb,
    edges_json = @edges_json::jsonb,
    default_params_json = @default_params_json::jsonb,
    on_failure = @on_failure,
    updated_at = clock_timestamp()
WHERE id = @id
  AND (@unchanged_since::timestamptz IS NULL OR COALESCE(updated_at, created_at) = @unchanged_since)
RETURNING *
