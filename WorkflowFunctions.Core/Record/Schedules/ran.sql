-- Notes which execution a time of a schedule has become.
WITH ran AS (
    UPDATE workflow_schedules SET last_run_at = @run_at::timestamptz, last_execution_id = @execution_id
    WHERE id = @id
)
INSERT INTO workflow_execution_events (execution_id, event_type, event_data, message, created_by)
VALUES (@execution_id, 'scheduled', @event_data::jsonb, @message, @id)
