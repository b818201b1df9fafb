-- The names of signals that a job may take, or has taken without having gone on since.
SELECT DISTINCT s.name
FROM workflow_signals s
LEFT JOIN agent_jobs j ON j.id = s.job_id
WHERE s.execution_id = @execution_id AND s.retired_at IS NULL AND (s.job_id IS NULL OR j.status = 'waiting')
