-- Keeps a signal for an execution that has not ended. Returns no row if there is none such.
WITH target AS MATERIALIZED (
    SELECT id FROM workflow_executions
    WHERE id = @execution_id AND status IN ('pending', 'running', 'paused')
    FOR NO KEY UPDATE
),
kept AS (
    INSERT INTO workflow_signals (execution_id, name, payload, created_by)
    SELECT id, @name, @payload::jsonb, @created_by FROM target
    RETURNING execution_id
),
looked_at_soon AS (
    UPDATE workflow_executions e SET sweep_at = NOW() + interval '1 minute'
    FROM kept k
    WHERE e.id = k.execution_id AND e.sweep_at > NOW() + interval '1 minute'
)
INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
SELECT execution_id, 'signalled', 'Signal ' || @name, jsonb_build_object('signal', @name, 'payload', @payload::jsonb), @created_by
FROM kept
RETURNING execution_id
