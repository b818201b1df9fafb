-- Keeps a signal for an execution that has not ended. Returns no row if there is none such, and otherwise whether the signal was
-- kept: a question that has its answer takes no other, nor does one whose node, or a loop around it, is settled without any.
WITH target AS MATERIALIZED (
    SELECT id FROM workflow_executions
    WHERE id = @execution_id AND status IN ('pending', 'running', 'paused')
    FOR NO KEY UPDATE
),
-- Locked, it is read as the commit has left it that the lock of the execution was waited for.
asked AS MATERIALIZED (
    SELECT j.status FROM target t
    CROSS JOIN unnest(@asked::text[]) AS n(node_id)
    JOIN agent_jobs j ON j.id = t.id || ':' || n.node_id
    FOR NO KEY UPDATE OF j
),
kept AS (
    INSERT INTO workflow_signals (execution_id, name, payload, is_answer, created_by)
    SELECT id, @name, @payload::jsonb, @is_answer, @created_by FROM target
    WHERE NOT EXISTS (SELECT 1 FROM asked WHERE status IN ('completed', 'failed', 'skipped', 'cancelled'))
    ON CONFLICT (execution_id, name) WHERE is_answer AND retired_at IS NULL DO NOTHING
    RETURNING execution_id
),
looked_at_soon AS (
    UPDATE workflow_executions e SET sweep_at = NOW() + interval '1 minute'
    FROM kept k
    WHERE e.id = k.execution_id AND e.sweep_at > NOW() + interval '1 minute'
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, message, event_data, created_by)
    SELECT execution_id, 'signalled', CASE WHEN @is_answer THEN @name END,
           CASE WHEN @is_answer THEN 'Answered by ' || @created_by ELSE 'Signal ' || @name END,
           jsonb_build_object('signal', @name, 'payload', @payload::jsonb), @created_by
    FROM kept
)
SELECT EXISTS (SELECT 1 FROM kept) FROM target
