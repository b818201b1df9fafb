INSERT INTO workflow_schedules (id, template_id, workspace_id, project_id, user_id, cron, time_zone, params, config, on_missed, is_enabled, next_run_at)
VALUES (
    @id, @template_id, @workspace_id, @project_id, @user_id, @cron, @time_zone, @params::jsonb, @config::jsonb, @on_missed, @is_enabled,
    @next_run_at::timestamptz)
RETURNING *
