INSERT INTO workflow_hooks (id, token_hash, template_id, workspace_id, project_id, user_id, name, config, is_enabled)
VALUES (@id, @token_hash, @template_id, @workspace_id, @project_id, @user_id, @name, @config::jsonb, @is_enabled)
RETURNING id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at
