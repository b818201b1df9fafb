-- An execution is recovered whose instance is lost or makes no progress. Refused if anything of it has moved since it was looked at.
WITH recovered AS (
    UPDATE workflow_executions SET updated_at = NOW(), sweep_at = NOW() + interval '1 minute'
    WHERE id = @id AND status = 'running' AND COALESCE(updated_at, created_at) IS NOT DISTINCT FROM @moved_at
    RETURNING id
)
INSERT INTO workflow_execution_events (execution_id, event_type, severity, message, event_data, created_by)
SELECT id, 'recovered', 'warning', @message, jsonb_build_object('reason', @reason), 'sweep' FROM recovered
RETURNING execution_id
