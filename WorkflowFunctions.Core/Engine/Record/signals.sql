-- name: decision
-- What decided a question: its answer, or without one how its node, or a loop around it, was settled.
SELECT s.payload ->> 'decision' AS answer, s.created_by AS decided_by, COALESCE(s.created_at, j.completed_at) AS decided_at,
       j.node_id, j.status, COALESCE(j.error_message, j.output_data_json ->> 'comment') AS reason
FROM unnest(@asked::text[]) WITH ORDINALITY AS n(node_id, place)
LEFT JOIN agent_jobs j ON j.id = @execution_id || ':' || n.node_id AND j.status IN ('completed', 'failed', 'skipped', 'cancelled')
LEFT JOIN workflow_signals s ON s.execution_id = @execution_id AND s.name = @name AND s.is_answer AND s.retired_at IS NULL
ORDER BY j.id IS NULL, n.place
LIMIT 1

-- name: answers
-- What people have answered to a question so far.
SELECT payload, created_by FROM workflow_signals
WHERE execution_id = @execution_id AND name = 'answer-to:' || @name AND retired_at IS NULL
ORDER BY id

-- name: exists
-- Whether there is a signal that a job may take, or has taken before.
SELECT EXISTS (
    SELECT 1 FROM workflow_signals
    WHERE execution_id = @execution_id AND name = @name AND retired_at IS NULL AND (job_id IS NULL OR job_id = @job_id))

-- name: hold
-- Holds an execution that has not ended. A statement of its own: what is committed while this one waits is seen by the statements after it.
SELECT id FROM workflow_executions
WHERE id = @execution_id AND status IN ('pending', 'running', 'paused')
FOR NO KEY UPDATE

-- name: pending
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

-- name: take
-- Takes the oldest signals of their names for jobs; one that a job has taken before is given again. Waits for another statement that takes the
-- same signal at this moment: it may be this job's own, the answer of which was lost. Of two jobs that ask for the same, one gets it.
UPDATE workflow_signals s SET job_id = o.job_id, taken_at = COALESCE(s.taken_at, NOW())
FROM (
    SELECT DISTINCT ON (s.id) s.id, g.job_id
    FROM unnest(@execution_ids::text[], @names::text[], @job_ids::text[]) AS g(execution_id, name, job_id)
    CROSS JOIN LATERAL (
        SELECT id FROM workflow_signals
        WHERE execution_id = g.execution_id AND name = g.name AND retired_at IS NULL AND (job_id IS NULL OR job_id = g.job_id)
        ORDER BY job_id NULLS LAST, id
        LIMIT 1
        FOR UPDATE) s
    ORDER BY s.id
) AS o
WHERE s.id = o.id
RETURNING s.job_id, COALESCE(s.payload, 'null') AS payload

-- name: waiting
-- The nodes that wait for a signal of a name.
SELECT node_id FROM agent_jobs
WHERE execution_id = @execution_id AND status = 'waiting' AND waits_for ->> 'signal' = @name
