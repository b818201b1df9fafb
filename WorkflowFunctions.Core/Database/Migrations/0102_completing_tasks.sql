-- PostgreSQL parses and plans a function in SQL anew in each statement that calls it; of one in PL/pgSQL a session keeps the plans. What is set for a
-- function is set and undone in each call, and so little is.

-- With which lease a result was given: what is said again, since the answer was lost, is answered as before.
ALTER TABLE workflow_signals ADD COLUMN IF NOT EXISTS lease VARCHAR;

-- Ends an attempt: what came of it is the signal that the job waits for; the engine is to be told of it. Locks the row of the task and nothing that
-- the engine writes, so that the transaction of an application may take its time. With a lease, it has to be the one that the task has;
-- without one, nobody's lease matters.
CREATE OR REPLACE FUNCTION workflow_settle_task(id TEXT, lease TEXT, result JSONB, OUT execution_id TEXT, OUT signal TEXT)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    task workflow_tasks;
BEGIN
    DELETE FROM workflow_tasks t
    USING agent_jobs j
    WHERE t.task_id = workflow_settle_task.id AND (workflow_settle_task.lease IS NULL OR t.lease = workflow_settle_task.lease)
      AND j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
    RETURNING t.* INTO task;
    IF FOUND THEN
        INSERT INTO workflow_signals (execution_id, name, payload, created_by, lease)
        VALUES (task.execution_id, task.signal, result, COALESCE(task.worker, session_user), workflow_settle_task.lease);
        workflow_settle_task.execution_id := task.execution_id;
        workflow_settle_task.signal := task.signal;
        RETURN;
    END IF;

    SELECT s.execution_id, s.name INTO workflow_settle_task.execution_id, workflow_settle_task.signal
    FROM agent_jobs j
    JOIN workflow_signals s ON s.execution_id = j.execution_id AND s.lease = workflow_settle_task.lease AND s.payload = result
    WHERE j.id = workflow_settle_task.id;
    IF NOT FOUND THEN
        PERFORM workflow_refuse_task(workflow_settle_task.id);
    END IF;
END
$$;

-- Completes a task. The output is that of its node.
CREATE OR REPLACE FUNCTION workflow_complete_task(id TEXT, output JSONB DEFAULT NULL, lease TEXT DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workflow_notify_engine(s.execution_id, 'node:' || s.signal, NULL)
    FROM workflow_settle_task(id, lease, jsonb_build_object('output', output)) s;
END
$$;

-- Fails an attempt at a task. If it may be retried, the node's own retry says whether and when; never before retry_after_seconds.
CREATE OR REPLACE FUNCTION workflow_fail_task(
    id TEXT, error TEXT, retryable BOOLEAN DEFAULT TRUE, traceback TEXT DEFAULT NULL, retry_after_seconds DOUBLE PRECISION DEFAULT NULL,
    lease TEXT DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM workflow_notify_engine(s.execution_id, 'node:' || s.signal, NULL)
    FROM workflow_settle_task(id, lease, jsonb_build_object('error', jsonb_build_object(
        'message', error, 'retryable', retryable, 'traceback', traceback, 'retry_after_seconds', retry_after_seconds))) s;
END
$$;

-- They run with the rights of their owner, and nobody calls them who was not given the right to: a function that is replaced keeps those who may
-- call it, and has lost what was set for it.
DO $$
DECLARE
    routine REGPROCEDURE;
BEGIN
    FOREACH routine IN ARRAY ARRAY[
        'workflow_complete_task(text, jsonb, text)',
        'workflow_fail_task(text, text, boolean, text, double precision, text)']::REGPROCEDURE[]
    LOOP
        -- Temporary tables come last: a caller cannot put one in the place of another table.
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path TO %I, pg_temp', routine, current_schema());
    END LOOP;

    -- Plans are kept for a session, and may have been made on small tables.
    ALTER FUNCTION workflow_settle_task(TEXT, TEXT, JSONB) SET enable_seqscan = off;
END
$$;
