-- name: create
INSERT INTO workflow_schedules (id, template_id, workspace_id, project_id, user_id, cron, time_zone, params, config, on_missed, is_enabled, next_run_at)
VALUES (
    @id, @template_id, @workspace_id, @project_id, @user_id, @cron, @time_zone, @params::jsonb, @config::jsonb, @on_missed, @is_enabled,
    @next_run_at::timestamptz)
RETURNING *

-- name: delete
DELETE FROM workflow_schedules WHERE id = @id

-- name: due
-- The next schedules that are due, in the order of the index. Locks nothing.
SELECT *
FROM workflow_schedules
WHERE is_enabled
  AND next_run_at <= @now::timestamptz
  AND (@after_id::text IS NULL OR (next_run_at, id) > (@after_time::timestamptz, @after_id))
ORDER BY next_run_at, id
LIMIT @limit

-- name: find
SELECT * FROM workflow_schedules WHERE id = @id

-- name: list
SELECT *
FROM workflow_schedules
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@template_id::text IS NULL OR template_id = @template_id)
  AND (@after_id::text IS NULL
       OR (created_at, id) < (@after_time::timestamptz, @after_id)
       -- Rows without a time come first.
       OR (@after_time::timestamptz IS NULL AND (created_at IS NOT NULL OR id < @after_id)))
ORDER BY created_at DESC, id DESC
LIMIT @limit

-- name: ran
-- Notes which execution a time of a schedule has become.
WITH ran AS (
    UPDATE workflow_schedules SET last_run_at = @run_at::timestamptz, last_execution_id = @execution_id
    WHERE id = @id
)
INSERT INTO workflow_execution_events (execution_id, event_type, event_data, message, created_by)
VALUES (@execution_id, 'scheduled', @event_data::jsonb, @message, @id)
