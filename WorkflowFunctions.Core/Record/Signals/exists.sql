-- Whether there is a signal that a job may take, or has taken before.
SELECT EXISTS (
    SELECT 1 FROM workflow_signals
    WHERE execution_id = @execution_id AND name = @name AND retired_at IS NULL AND (job_id IS NULL OR job_id = @job_id))
