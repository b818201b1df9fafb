-- A run that is due at this moment is not lost by a change of anything but its times.
UPDATE workflow_schedules SET
    template_id = @template_id,
    workspace_id = @workspace_id,
    project_id = @project_id,
    user_id = @user_id,
    cron = @cron,
    time_zone = @time_zone,
    params = @params::jsonb,
    config = @config::jsonb,
    on_missed = @on_missed,
    is_enabled = @is_enabled,
    next_run_at = CASE
        WHEN is_enabled AND @is_enabled AND cron = @cron AND time_zone = @time_zone THEN next_run_at
        ELSE @next_run_at::timestamptz
    END,
    updated_at = clock_timestamp()
WHERE id = @id
RETURNING *
