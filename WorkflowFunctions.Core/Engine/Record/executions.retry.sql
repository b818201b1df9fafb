-- Sets an execution that has failed or was cancelled back to where it goes on from: these nodes run again, those bodies go on.
-- What was spent stays counted. Refused if someone else has retried it meanwhile. One that is paused may be set back too, for another version, as long
-- as it is as it was looked at, and nothing of it runs.
WITH changed AS (
    UPDATE workflow_executions e SET
        status = CASE WHEN started_at IS NULL THEN 'pending' ELSE 'running' END,
        template_version = @template_version,
        error_message = NULL,
        completed_at = NULL,
        wake_at = NULL,
        deadline_at = CASE WHEN status = 'paused' THEN deadline_at + (NOW() - COALESCE(paused_at, NOW())) END,
        paused_at = NULL,
        retries = COALESCE(retries, 0) + 1,
        sweep_at = NOW(),
        updated_at = NOW()
    WHERE id = @id AND COALESCE(retries, 0) = @retries
      AND (status IN ('failed', 'cancelled')
           OR (status = 'paused' AND COALESCE(updated_at, created_at) = @paused_since::timestamptz
               AND NOT EXISTS (SELECT 1 FROM agent_jobs j WHERE j.execution_id = e.id AND j.status = 'running')
               AND NOT EXISTS (SELECT 1 FROM workflow_executions c WHERE c.parent_execution_id = e.id AND c.status IN ('pending', 'running', 'paused'))))
    RETURNING *
),
reset AS (
    UPDATE agent_jobs j SET
        status = 'pending', attempt = 0, output_data_json = NULL, error_message = NULL, branch = NULL,
        wake_at = NULL, waits_for = NULL, started_at = NULL, completed_at = NULL, cache_key = NULL, given_from = NULL
    FROM changed c
    WHERE j.execution_id = c.id AND j.node_id = ANY (@reset_node_ids)
    RETURNING j.id
),
reopened AS (
    UPDATE agent_jobs j SET
        status = 'waiting', output_data_json = NULL, error_message = NULL, branch = NULL, wake_at = NULL, completed_at = NULL,
        waits_for = {executions.body_goes_on}
    FROM changed c
    WHERE j.execution_id = c.id AND j.node_id = ANY (@reopened_node_ids)
),
removed AS (
    UPDATE agent_jobs j SET status = 'cancelled'
    FROM changed c
    WHERE j.execution_id = c.id AND j.node_id = ANY (@removed_node_ids)
),
-- Tasks that were held back, since nothing starts while it is paused, wait for workers again.
queued AS (
    UPDATE workflow_tasks t SET held = FALSE
    FROM changed c
    WHERE t.execution_id = c.id AND t.held
),
-- What made a node go on that is to wait again counts no more, nor do answers to what it asked; what a node had taken without having gone on
-- is still there for it.
retired AS (
    UPDATE workflow_signals s SET retired_at = NOW()
    FROM reset r
    JOIN agent_jobs former ON former.id = r.id AND former.status IN ('completed', 'failed')
    WHERE s.execution_id = @id AND (s.job_id = r.id OR s.name = 'answer-to:' || former.node_id) AND s.retired_at IS NULL
),
event AS (
    INSERT INTO workflow_execution_events (execution_id, event_type, message, event_data, created_by)
    SELECT id, 'retried', COALESCE(@reason, 'Execution retried'),
           jsonb_strip_nulls(jsonb_build_object(
               'reason', @reason, 'from', @from, 'template', @template, 'nodes', cardinality(@reset_node_ids), 'retry', retries,
               'continuation', @continuation_id::text, 'predicted_cost_usd', @predicted_cost_usd::numeric,
               'cost_before_usd', CASE WHEN @continuation_id::text IS NOT NULL THEN COALESCE(total_cost, 0) END)),
           @created_by
    FROM changed
)
SELECT * FROM changed
