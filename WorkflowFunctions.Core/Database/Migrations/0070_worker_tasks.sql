-- Tasks for workers elsewhere: the node type `task`. A row of workflow_tasks is there from the commit in which its job begins to wait until
-- its result is in workflow_signals, which the job waits for. The jobs are the record: a row whose job does not wait for it any more is
-- left over, is given to nobody, and is deleted by whoever comes upon it.

CREATE TABLE IF NOT EXISTS workflow_tasks (
    id BIGSERIAL PRIMARY KEY,
    -- The job, and so the row of celery_tasks.
    task_id VARCHAR NOT NULL,
    -- No reference: where executions are partitioned there is no key for it.
    execution_id VARCHAR NOT NULL,
    workspace_id VARCHAR NOT NULL,
    -- What the job waits for. Its next attempt waits for another one.
    signal VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    queue VARCHAR NOT NULL,
    args JSONB NOT NULL,
    kwargs JSONB NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    -- When the attempt fails if it has not ended.
    deadline_at TIMESTAMP WITH TIME ZONE,
    -- How long a lease lasts that is not renewed.
    heartbeat_seconds DOUBLE PRECISION NOT NULL,
    -- The place in the queue, in which workspaces take turns.
    turn BIGINT NOT NULL,
    -- The execution is paused.
    held BOOLEAN NOT NULL DEFAULT FALSE,
    lease VARCHAR,
    worker VARCHAR,
    claimed_at TIMESTAMP WITH TIME ZONE,
    lease_expires_at TIMESTAMP WITH TIME ZONE,
    progress JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    UNIQUE (task_id, signal)
);

-- What a claim looks at, in the order in which it takes it. What it costs does not depend on how many tasks wait.
CREATE INDEX IF NOT EXISTS idx_tasks_queue ON workflow_tasks(queue, turn) WHERE lease IS NULL AND NOT held;
CREATE INDEX IF NOT EXISTS idx_tasks_queue_name ON workflow_tasks(queue, name, turn) WHERE lease IS NULL AND NOT held;
CREATE INDEX IF NOT EXISTS idx_tasks_queue_workspace ON workflow_tasks(queue, workspace_id, turn) WHERE lease IS NULL AND NOT held;
CREATE INDEX IF NOT EXISTS idx_tasks_queue_workspace_name ON workflow_tasks(queue, workspace_id, name, turn)
    WHERE lease IS NULL AND NOT held;
CREATE INDEX IF NOT EXISTS idx_tasks_lease ON workflow_tasks(lease_expires_at) WHERE lease IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_tasks_execution ON workflow_tasks(execution_id);

-- The functions below are for workers and applications with a role of their own in the database: it needs the right to call them, and none
-- on any table. They end with the SQLSTATE WF404 where there is no such thing, and WF409 where it takes no such call any more; the message
-- says why.

-- Ends a call for a task that its caller does not have.
CREATE OR REPLACE FUNCTION workflow_refuse_task(id TEXT) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    status TEXT := (SELECT j.status FROM agent_jobs j WHERE j.id = id AND j.job_type = 'task');
    is_queued BOOLEAN := EXISTS (
        SELECT 1
        FROM workflow_tasks t
        JOIN agent_jobs j ON j.id = t.task_id AND j.waits_for ->> 'signal' = t.signal
        WHERE t.task_id = id);
BEGIN
    IF status IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'WF404', MESSAGE = format('There is no task ''%s''.', id);
    END IF;

    RAISE EXCEPTION USING ERRCODE = 'WF409', MESSAGE = format(
        CASE
            WHEN status = 'waiting' AND is_queued THEN 'The lease of the task ''%s'' is over: it was not renewed in time, or was taken back. '
                || 'Another worker has the task, or will.'
            WHEN status = 'waiting' THEN 'The attempt at the task ''%s'' has ended: its result was taken before.'
            WHEN status = 'pending' THEN 'The attempt at the task ''%s'' has ended, and another one will follow. Its result is not taken any more.'
            WHEN status = 'cancelled' THEN 'The task ''%s'' was cancelled, since its execution has ended. Stop working on it.'
            ELSE 'The task ''%s'' is ' || status || '. Its result is not taken any more.'
        END, id);
END
$$;

-- Gives tasks to a worker, each with a lease that lasts for heartbeat_seconds unless it is renewed. Queues take turns, and workspaces
-- within a queue.
CREATE OR REPLACE FUNCTION workflow_claim_tasks(
    worker TEXT, queues TEXT[] DEFAULT '{default}', max_tasks INTEGER DEFAULT 1, names TEXT[] DEFAULT NULL,
    workspace_ids TEXT[] DEFAULT NULL)
RETURNS TABLE (
    id VARCHAR, lease VARCHAR, name VARCHAR, args JSONB, kwargs JSONB, queue VARCHAR, attempt INTEGER, max_attempts INTEGER,
    execution_id VARCHAR, workspace_id VARCHAR, heartbeat_seconds DOUBLE PRECISION, lease_expires_at TIMESTAMP WITH TIME ZONE,
    deadline_at TIMESTAMP WITH TIME ZONE)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted INTEGER := LEAST(GREATEST(max_tasks, 0), 100);
    chosen BIGINT[];
    given INTEGER;
BEGIN
    -- Leases that nobody has renewed are over.
    WITH lost AS (
        UPDATE workflow_tasks t SET lease = NULL, worker = NULL, claimed_at = NULL, lease_expires_at = NULL, progress = NULL
        WHERE t.id IN (
            SELECT l.id FROM workflow_tasks l
            WHERE l.lease IS NOT NULL AND l.lease_expires_at <= statement_timestamp()
            ORDER BY l.lease_expires_at
            LIMIT 100
            FOR UPDATE SKIP LOCKED)
        RETURNING t.task_id
    )
    UPDATE celery_tasks c SET status = 'pending' FROM lost WHERE c.task_id = lost.task_id AND c.status = 'started';

    WHILE wanted > 0 LOOP
        -- A plan for each question, so that each reads the beginning of its own index.
        IF workspace_ids IS NOT NULL AND names IS NOT NULL THEN
            chosen := ARRAY(
                SELECT f.id FROM (
                    SELECT t.id, row_number() OVER (PARTITION BY q.queue ORDER BY t.turn) AS place
                    FROM unnest(queues) AS q(queue)
                    CROSS JOIN unnest(workspace_ids) AS w(id)
                    CROSS JOIN unnest(names) AS n(name)
                    CROSS JOIN LATERAL (
                        SELECT t.id, t.turn FROM workflow_tasks t
                        WHERE t.queue = q.queue AND t.workspace_id = w.id AND t.name = n.name AND t.lease IS NULL AND NOT t.held
                        ORDER BY t.turn LIMIT wanted FOR UPDATE SKIP LOCKED) t) f
                ORDER BY f.place LIMIT wanted);
        ELSIF workspace_ids IS NOT NULL THEN
            chosen := ARRAY(
                SELECT f.id FROM (
                    SELECT t.id, row_number() OVER (PARTITION BY q.queue ORDER BY t.turn) AS place
                    FROM unnest(queues) AS q(queue)
                    CROSS JOIN unnest(workspace_ids) AS w(id)
                    CROSS JOIN LATERAL (
                        SELECT t.id, t.turn FROM workflow_tasks t
                        WHERE t.queue = q.queue AND t.workspace_id = w.id AND t.lease IS NULL AND NOT t.held
                        ORDER BY t.turn LIMIT wanted FOR UPDATE SKIP LOCKED) t) f
                ORDER BY f.place LIMIT wanted);
        ELSIF names IS NOT NULL THEN
            chosen := ARRAY(
                SELECT f.id FROM (
                    SELECT t.id, row_number() OVER (PARTITION BY q.queue ORDER BY t.turn) AS place
                    FROM unnest(queues) AS q(queue)
                    CROSS JOIN unnest(names) AS n(name)
                    CROSS JOIN LATERAL (
                        SELECT t.id, t.turn FROM workflow_tasks t
                        WHERE t.queue = q.queue AND t.name = n.name AND t.lease IS NULL AND NOT t.held
                        ORDER BY t.turn LIMIT wanted FOR UPDATE SKIP LOCKED) t) f
                ORDER BY f.place LIMIT wanted);
        ELSE
            chosen := ARRAY(
                SELECT f.id FROM (
                    SELECT t.id, row_number() OVER (PARTITION BY q.queue ORDER BY t.turn) AS place
                    FROM unnest(queues) AS q(queue)
                    CROSS JOIN LATERAL (
                        SELECT t.id, t.turn FROM workflow_tasks t
                        WHERE t.queue = q.queue AND t.lease IS NULL AND NOT t.held
                        ORDER BY t.turn LIMIT wanted FOR UPDATE SKIP LOCKED) t) f
                ORDER BY f.place LIMIT wanted);
        END IF;

        EXIT WHEN chosen = '{}';

        DELETE FROM workflow_tasks t
        WHERE t.id = ANY (chosen) AND NOT EXISTS (
            SELECT 1 FROM agent_jobs j WHERE j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal);

        -- Nothing starts in an execution that is paused. Whoever resumes it waits for this, and puts the tasks back.
        PERFORM 1 FROM workflow_executions e
        WHERE e.id = ANY (ARRAY(SELECT t.execution_id FROM workflow_tasks t WHERE t.id = ANY (chosen))) AND e.status = 'paused'
        ORDER BY e.id
        FOR SHARE;
        IF FOUND THEN
            UPDATE workflow_tasks t SET held = TRUE
            FROM workflow_executions e
            WHERE t.id = ANY (chosen) AND e.id = t.execution_id AND e.status = 'paused';
        END IF;

        RETURN QUERY
        WITH leased AS (
            UPDATE workflow_tasks t SET
                lease = gen_random_uuid(),
                worker = workflow_claim_tasks.worker,
                claimed_at = clock_timestamp(),
                lease_expires_at = clock_timestamp() + make_interval(secs => t.heartbeat_seconds)
            WHERE t.id = ANY (chosen) AND NOT t.held
            RETURNING t.*
        ),
        started AS (
            UPDATE celery_tasks c SET status = 'started', started_at = l.claimed_at
            FROM leased l
            WHERE c.task_id = l.task_id
        )
        SELECT l.task_id, l.lease, l.name, l.args, l.kwargs, l.queue, l.attempt, l.max_attempts, l.execution_id,
               l.workspace_id, l.heartbeat_seconds, l.lease_expires_at, l.deadline_at
        FROM leased l
        ORDER BY l.turn, l.id;
        GET DIAGNOSTICS given = ROW_COUNT;
        wanted := wanted - given;
    END LOOP;
END
$$;

-- Says that a worker is at a task, and how far it is. Answers until when its lease lasts now.
CREATE OR REPLACE FUNCTION workflow_heartbeat(id TEXT, lease TEXT, progress JSONB DEFAULT NULL) RETURNS TIMESTAMP WITH TIME ZONE
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    expires_at TIMESTAMP WITH TIME ZONE;
BEGIN
    UPDATE workflow_tasks t SET
        lease_expires_at = clock_timestamp() + make_interval(secs => t.heartbeat_seconds),
        progress = COALESCE(workflow_heartbeat.progress, t.progress)
    FROM agent_jobs j
    WHERE t.task_id = workflow_heartbeat.id AND t.lease = workflow_heartbeat.lease
      AND j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
    RETURNING t.lease_expires_at INTO expires_at;
    IF NOT FOUND THEN
        PERFORM workflow_refuse_task(workflow_heartbeat.id);
    END IF;

    RETURN expires_at;
END
$$;

-- Ends an attempt: what came of it is the signal that the job waits for. Locks the row of the task and nothing that the engine writes, so
-- that the transaction of an application may take its time. With a lease, it has to be the one that the task has; without one, nobody's
-- lease matters.
CREATE OR REPLACE FUNCTION workflow_settle_task(id TEXT, lease TEXT, result JSONB) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    task workflow_tasks;
BEGIN
    SELECT t.* INTO task
    FROM workflow_tasks t
    JOIN agent_jobs j ON j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
    WHERE t.task_id = workflow_settle_task.id AND (workflow_settle_task.lease IS NULL OR t.lease = workflow_settle_task.lease)
    FOR UPDATE OF t;
    IF NOT FOUND THEN
        PERFORM workflow_refuse_task(workflow_settle_task.id);
    END IF;

    DELETE FROM workflow_tasks t WHERE t.id = task.id;
    INSERT INTO workflow_signals (execution_id, name, payload, created_by)
    VALUES (task.execution_id, task.signal, result, COALESCE(task.worker, session_user));
    PERFORM workflow_notify_engine(task.execution_id, 'node:' || task.signal, NULL);
END
$$;

-- Completes a task. The output is that of its node.
CREATE OR REPLACE FUNCTION workflow_complete_task(id TEXT, output JSONB DEFAULT NULL, lease TEXT DEFAULT NULL) RETURNS void
LANGUAGE sql AS $$
    SELECT workflow_settle_task(id, lease, jsonb_build_object('output', output))
$$;

-- Fails an attempt at a task. If it may be retried, the node's own retry says whether and when; never before retry_after_seconds.
CREATE OR REPLACE FUNCTION workflow_fail_task(
    id TEXT, error TEXT, retryable BOOLEAN DEFAULT TRUE, traceback TEXT DEFAULT NULL, retry_after_seconds DOUBLE PRECISION DEFAULT NULL,
    lease TEXT DEFAULT NULL)
RETURNS void
LANGUAGE sql AS $$
    SELECT workflow_settle_task(id, lease, jsonb_build_object('error', jsonb_build_object(
        'message', error, 'retryable', retryable, 'traceback', traceback, 'retry_after_seconds', retry_after_seconds)))
$$;

-- Takes a lease back. The task waits for a worker again, and the one that had it is refused.
CREATE OR REPLACE FUNCTION workflow_release_task(id TEXT, workspace_ids TEXT[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    UPDATE workflow_tasks t SET lease = NULL, worker = NULL, claimed_at = NULL, lease_expires_at = NULL, progress = NULL
    FROM agent_jobs j
    WHERE t.task_id = workflow_release_task.id AND (workspace_ids IS NULL OR t.workspace_id = ANY (workspace_ids))
      AND j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal;
    IF NOT FOUND THEN
        PERFORM workflow_refuse_task(workflow_release_task.id);
    END IF;

    UPDATE celery_tasks c SET status = 'pending' WHERE c.task_id = workflow_release_task.id AND c.status = 'started';
END
$$;

-- Sends a signal to an execution, as POST /api/executions/{id}/signals/{name} does: it is kept until a node takes it. An approval that
-- waits is answered by its name, once, with {"decision": …, "comment": …, "decided_by": …}; one that asks certain people, several, or for a
-- form is answered over HTTP, where it is known who answers.
CREATE OR REPLACE FUNCTION workflow_signal(execution_id TEXT, name TEXT, payload JSONB DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    status TEXT;
    is_approval BOOLEAN;
    job_status TEXT;
    asked JSONB;
    choices JSONB;
    sender TEXT;
BEGIN
    SELECT e.status, EXISTS (
        SELECT 1
        FROM workflow_template_versions v
        CROSS JOIN LATERAL jsonb_array_elements(v.nodes_json) n
        WHERE v.id = e.template_version AND n ->> 'id' = split_part(name, '#', 1)
          AND 'approval' IN (n ->> 'type', n -> 'data' ->> 'node_type', n -> 'data' ->> 'type'))
    INTO status, is_approval
    FROM workflow_executions e
    WHERE e.id = execution_id;
    SELECT j.status, jsonb_strip_nulls(j.input_data_json)
    INTO job_status, asked
    FROM agent_jobs j
    WHERE j.id = execution_id || ':' || name;
    choices := COALESCE(asked -> 'choices', '["approved", "rejected"]');
    sender := COALESCE(CASE WHEN is_approval THEN payload ->> 'decided_by' END, session_user);

    IF status IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'WF404', MESSAGE = format('There is no execution ''%s''.', execution_id);
    ELSIF status NOT IN ('pending', 'running', 'paused') THEN
        RAISE EXCEPTION USING ERRCODE = 'WF409', MESSAGE = format(
            'The execution ''%s'' is %s. It takes signals only while it is pending, running or paused.', execution_id, status);
    ELSIF name LIKE 'task:%' OR name LIKE 'execution:%' OR name LIKE 'answer-to:%' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('The signal ''%s'' is the engine''s own. Choose another name.', name);
    ELSIF is_approval AND job_status IS DISTINCT FROM 'waiting' THEN
        RAISE EXCEPTION USING ERRCODE = 'WF409', MESSAGE = format(
            CASE
                WHEN job_status IS NULL OR job_status IN ('pending', 'running')
                    THEN '''%s'' does not ask yet; whom and what it asks is known when it does.'
                ELSE '''%s'' takes no answer: it is ' || job_status || '.'
            END, name);
    ELSIF is_approval
        AND (asked ?| ARRAY['form', 'assignees', 'groups', 'not_by'] OR COALESCE(asked ->> 'required', '1') <> '1') THEN
        RAISE EXCEPTION USING ERRCODE = 'WF409', MESSAGE = format(
            '''%s'' asks certain people, several, or for a form. Answer it by POST /api/tasks/%s:%s/answer.', name, execution_id, name);
    ELSIF is_approval AND NOT choices ? COALESCE(payload ->> 'decision', '') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format(
            'The answer to an approval needs a decision: one of %s.', choices);
    END IF;

    INSERT INTO workflow_signals (execution_id, name, payload, is_answer, created_by)
    VALUES (
        execution_id, name, CASE WHEN is_approval THEN payload || jsonb_build_object('decided_by', sender) ELSE payload END,
        is_approval, sender)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'WF409', MESSAGE = format('''%s'' was answered before. An approval is answered once.', name);
    END IF;

    INSERT INTO workflow_execution_events (execution_id, event_type, node_id, message, event_data, created_by)
    VALUES (
        execution_id, 'signalled', CASE WHEN is_approval THEN name END,
        CASE WHEN is_approval THEN 'Answered by ' || sender ELSE 'Signal ' || name END,
        jsonb_build_object('signal', name, 'payload', payload), sender);
    PERFORM workflow_notify_engine(execution_id, 'node:' || name, NULL);
END
$$;

-- They run with the rights of their owner, and nobody calls them who was not given the right to.
DO $$
DECLARE
    routine REGPROCEDURE;
BEGIN
    FOREACH routine IN ARRAY ARRAY[
        'workflow_claim_tasks(text, text[], integer, text[], text[])', 'workflow_heartbeat(text, text, jsonb)',
        'workflow_complete_task(text, jsonb, text)', 'workflow_fail_task(text, text, boolean, text, double precision, text)',
        'workflow_release_task(text, text[])', 'workflow_signal(text, text, jsonb)', 'workflow_settle_task(text, text, jsonb)',
        'workflow_refuse_task(text)']::REGPROCEDURE[]
    LOOP
        -- Temporary tables come last: whoever calls cannot put one in the place of another table.
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path TO %I, pg_temp', routine, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', routine);
    END LOOP;

    -- Plans are kept for a session, which may begin when hardly a task waits.
    ALTER FUNCTION workflow_claim_tasks(text, text[], integer, text[], text[]) SET enable_seqscan TO off;
    ALTER FUNCTION workflow_claim_tasks(text, text[], integer, text[], text[]) SET enable_bitmapscan TO off;
END
$$;

-- Keys of workers: they may do tasks and nothing else, of these queues; NULL: of any.
ALTER TABLE workflow_api_keys
    ADD COLUMN IF NOT EXISTS queues VARCHAR[],
    DROP CONSTRAINT IF EXISTS workflow_api_keys_scope_check,
    ADD CONSTRAINT workflow_api_keys_scope_check CHECK (scope IN ('work', 'read', 'run', 'admin'));

-- What a confined caller sees of it: what is in its workspaces.
INSERT INTO workflow_row_policies VALUES (
    'workflow_tasks', 'ALL', 'SELECT, INSERT, UPDATE, DELETE',
    'workspace_id = ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[])',
    'workspace_id = ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[]) AND workflow_sees_execution(execution_id)')
ON CONFLICT DO NOTHING;

SELECT workflow_confine();
