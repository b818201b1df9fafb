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
