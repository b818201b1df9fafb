UPDATE workflow_templates SET
    workspace_id = @workspace_id,
    name = @name,
    description = @description,
    category = @category,
    nodes_json = @nodes_json::jsonb,
    edges_json = @edges_json::jsonb,
    default_params_json = @default_params_json::jsonb,
    updated_at = clock_timestamp()
WHERE id = @id
  AND (@unchanged_since::timestamptz IS NULL OR COALESCE(updated_at, created_at) = @unchanged_since)
RETURNING *
