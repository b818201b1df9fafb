INSERT INTO workflow_templates (id, workspace_id, name, description, category, nodes_json, edges_json, default_params_json, created_by)
VALUES (@id, @workspace_id, @name, @description, @category, @nodes_json::jsonb, @edges_json::jsonb, @default_params_json::jsonb, @created_by)
RETURNING *
