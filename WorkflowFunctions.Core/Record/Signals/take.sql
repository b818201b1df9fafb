-- Takes the oldest signal of a name for a job; one that the job has taken before is given again. Waits for whoever is taking the
-- same signal at this moment: it may be this job, in a statement whose answer was lost.
UPDATE workflow_signals SET job_id = @job_id, taken_at = COALESCE(taken_at, NOW())
WHERE id = (
    SELECT id FROM workflow_signals
    WHERE execution_id = @execution_id AND name = @name AND retired_at IS NULL AND (job_id IS NULL OR job_id = @job_id)
    ORDER BY job_id NULLS LAST, id
    LIMIT 1
    FOR UPDATE)
RETURNING COALESCE(payload, 'null') AS payload
