-- Signals that have come for jobs that still wait: nobody has told the engine, or what it was told was lost. A job may have taken
-- its signal, in a statement of which the answer was lost; not long ago, or its execution has been opened since.
SELECT s.execution_id, s.name
FROM (
    SELECT execution_id, name, job_id FROM workflow_signals WHERE job_id IS NULL AND retired_at IS NULL
    UNION
    SELECT execution_id, name, job_id FROM workflow_signals WHERE taken_at > NOW() - interval '1 hour' AND retired_at IS NULL
) AS s
JOIN workflow_executions e ON e.id = s.execution_id AND e.status = 'running'
JOIN agent_jobs j ON j.execution_id = s.execution_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = s.name
WHERE s.job_id IS NULL OR s.job_id = j.id
LIMIT @limit
