SELECT id, template_id, workspace_id, project_id, user_id, name, config, is_enabled, last_used_at, created_at, updated_at
FROM workflow_hooks
WHERE token_hash = @token_hash AND is_enabled
