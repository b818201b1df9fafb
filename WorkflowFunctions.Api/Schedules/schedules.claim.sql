-- Takes a time of a schedule: of several that try, one gets a row. The row is held until the transaction ends.
-- The config is that of an execution: the schedule's params over the template's.
UPDATE workflow_schedules s SET next_run_at = @next::timestamptz
FROM workflow_templates t
WHERE s.id = @id
  AND s.is_enabled
  AND s.next_run_at = @due::timestamptz
  AND s.cron = @cron
  AND s.time_zone = @time_zone
  AND t.id = s.template_id
RETURNING
    s.template_id,
    s.workspace_id,
    s.project_id,
    s.user_id,
    (COALESCE(s.config, '{}') || jsonb_build_object(
        'params',
        CASE jsonb_typeof(t.default_params_json) WHEN 'object' THEN t.default_params_json ELSE '{}' END
            || CASE jsonb_typeof(s.config -> 'params') WHEN 'object' THEN s.config -> 'params' ELSE '{}' END
            || COALESCE(s.params, '{}')))::text AS config_json
