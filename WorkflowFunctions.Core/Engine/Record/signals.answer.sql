-- Keeps an answer to a question, and with the answer that decides it the signal that its node waits for. Runs after signals.hold. Returns
-- no row for a question that takes no answer any more: it is decided, or its node, or a loop around it, is settled without any answer.
WITH kept AS (
    INSERT INTO workflow_signals (execution_id, name, payload, created_by)
    SELECT @execution_id, 'answer-to:' || @name, @answer::jsonb, @created_by
    WHERE NOT EXISTS (
            SELECT 1 FROM unnest(@asked::text[]) AS n(node_id)
            JOIN agent_jobs j ON j.id = @execution_id || ':' || n.node_id
            WHERE j.status IN ('completed', 'failed', 'skipped', 'cancelled'))
      AND NOT EXISTS (
            SELECT 1 FROM workflow_signals s
            WHERE s.execution_id = @execution_id AND s.name = @name AND s.is_answer AND s.retired_at IS NULL)
    RETURNING execution_id
),
decided AS (
    INSERT INTO workflow_signals (execution_id, name, payload, is_answer, created_by)
    SELECT execution_id, @name, @outcome::jsonb, TRUE, @created_by
    FROM kept
    WHERE @outcome::jsonb IS NOT NULL
    RETURNING execution_id
),
looked_at_soon AS (
    UPDATE workflow_executions e SET sweep_at = NOW() + interval '1 minute'
    FROM decided d
    WHERE e.id = d.execution_id AND e.sweep_at > NOW() + interval '1 minute'
)
INSERT INTO workflow_execution_events (execution_id, event_type, node_id, message, event_data, created_by)
SELECT execution_id, 'signalled', @name, 'Answered by ' || @created_by,
       jsonb_build_object('signal', @name, 'payload', @answer::jsonb, 'is_decided', @outcome::jsonb IS NOT NULL), @created_by
FROM kept
RETURNING execution_id
