-- Sets an execution that has failed or was cancelled back to where it goes on from: these nodes run again, those bodies go on.
-- What was spent stays counted. Refused if someone else has retried it meanwhile.
WITH changed AS (
    UPDATE workflow_executions SET
        status = CASE WHEN started_at IS NULL THEN 'pending' ELSE 'running' END,
        template_version = @template_version,
        error_message = NULL,
        completed_at = NULL,
        wake_at = NULL,
        deadline_at = NULL,
        retries = COALESCE(retries, 0) + 1,
        sweep_at = NOW(),
        updated_at = NOW()
    WHERE id = @id AND status IN ('failed', 'cancelled') AND COALESCE(retries, 0) = @retries
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
               'reason', @reason, 'from', @from, 'template', @template, 'nodes', cardinality(@reset_node_ids), 'retry', retries)),
           @created_by
    FROM changed
)
SELECT * FROM changed
