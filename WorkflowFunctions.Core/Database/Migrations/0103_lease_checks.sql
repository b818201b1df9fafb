-- Tasks come and go: what is left of them in the indexes is what a claim reads before the first that waits, however few there are. It is cleared
-- away by their number, and not by the share that they have of a long queue.
ALTER TABLE workflow_tasks SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- The second in which leases that are over were last looked for. A sequence, as it belongs to no transaction: an application may claim in one that
-- takes its time.
CREATE SEQUENCE IF NOT EXISTS workflow_lease_checks;

-- Gives tasks to a worker, each with a lease that lasts for heartbeat_seconds unless it is renewed. Queues take turns, and workspaces
-- within a queue. A lease that nobody has renewed is over; a task that has lost as many as its node allows fails its attempt, since it
-- may be the task that ends its workers. That is looked after once a second.
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
    second BIGINT := EXTRACT(EPOCH FROM clock_timestamp())::bigint;
    wanted INTEGER := LEAST(GREATEST(max_tasks, 0), 100);
    lost BIGINT[];
    chosen BIGINT[];
    given INTEGER;
    failed workflow_tasks;
BEGIN
    -- Not in each claim: the index has what was leased since the last vacuum, all of which is over by now.
    IF pg_sequence_last_value('workflow_lease_checks') IS DISTINCT FROM second THEN
        PERFORM setval('workflow_lease_checks', second);
        lost := ARRAY(
            SELECT l.id FROM workflow_tasks l
            WHERE l.lease IS NOT NULL AND l.lease_expires_at <= statement_timestamp()
            ORDER BY l.lease_expires_at
            LIMIT 1000
            FOR UPDATE SKIP LOCKED);
        IF lost <> '{}' THEN
            FOR failed IN
                DELETE FROM workflow_tasks t
                USING agent_jobs j
                WHERE t.id = ANY (lost) AND t.lost_leases + 1 >= t.max_lost_leases
                  AND j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
                RETURNING t.*
            LOOP
                INSERT INTO workflow_signals (execution_id, name, payload, created_by)
                VALUES (failed.execution_id, failed.signal, jsonb_build_object('error', jsonb_build_object(
                    'message', format(
                        'Workers took the task %s times and gave no sign of life afterwards; the last one was ''%s''. The task may end its worker.',
                        failed.lost_leases + 1, failed.worker),
                    'retryable', TRUE, 'traceback', NULL, 'retry_after_seconds', NULL)), failed.worker);
                PERFORM workflow_notify_engine(failed.execution_id, 'node:' || failed.signal, NULL);
            END LOOP;

            WITH freed AS (
                UPDATE workflow_tasks t SET
                    lease = NULL, worker = NULL, claimed_at = NULL, lease_expires_at = NULL, progress = NULL, lost_leases = t.lost_leases + 1
                WHERE t.id = ANY (lost)
                RETURNING t.task_id
            )
            UPDATE celery_tasks c SET status = 'pending' FROM freed WHERE c.task_id = freed.task_id AND c.status = 'started';
        END IF;
    END IF;

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

-- A function that is replaced has lost what was set for it.
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION workflow_claim_tasks(text, text[], integer, text[], text[]) SECURITY DEFINER SET search_path TO %I, pg_temp',
        current_schema());
    ALTER FUNCTION workflow_claim_tasks(text, text[], integer, text[], text[]) SET enable_seqscan TO off;
    ALTER FUNCTION workflow_claim_tasks(text, text[], integer, text[], text[]) SET enable_bitmapscan TO off;
END
$$;
