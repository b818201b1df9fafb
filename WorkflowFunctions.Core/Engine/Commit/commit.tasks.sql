-- Queues the tasks of jobs that have begun to wait for a worker in this commit, and names them in celery_tasks. Of a job that was
-- refused, nothing is queued. Workspaces take turns: the tasks of one are a turn apart, and begin after its own that wait, but not behind
-- what others had queued before.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(
        @ids::text[], @signals::text[], @names::text[], @queues::text[], @args::text[], @kwargs::text[], @max_attempts::int[],
        @heartbeat_seconds::float8[], @max_lost_leases::int[], @deadline_ats::timestamptz[])
        WITH ORDINALITY AS g(id, signal, name, queue, args, kwargs, max_attempts, heartbeat_seconds, max_lost_leases, deadline_at, position)
),
waiting AS MATERIALIZED (
    SELECT g.*, j.execution_id, j.attempt, e.workspace_id
    FROM given g
    -- Compared so, they are looked up by their ids only.
    JOIN agent_jobs j ON j.id = g.id AND j.status IS NOT DISTINCT FROM 'waiting' AND j.waits_for ->> 'signal' = g.signal
    JOIN workflow_executions e ON e.id = j.execution_id
),
turns AS MATERIALIZED (
    SELECT w.queue, w.workspace_id, GREATEST(
        (SELECT t.turn - 1 FROM workflow_tasks t WHERE t.queue = w.queue AND t.lease IS NULL AND NOT t.held ORDER BY t.turn LIMIT 1),
        (SELECT t.turn FROM workflow_tasks t
         WHERE t.queue = w.queue AND t.workspace_id = w.workspace_id AND t.lease IS NULL AND NOT t.held
         ORDER BY t.turn DESC LIMIT 1),
        0) AS last
    FROM (SELECT DISTINCT queue, workspace_id FROM waiting) w
),
queued AS (
    INSERT INTO workflow_tasks (
        task_id, execution_id, workspace_id, signal, name, queue, args, kwargs, attempt, max_attempts, heartbeat_seconds, max_lost_leases,
        deadline_at, turn)
    SELECT w.id, w.execution_id, w.workspace_id, w.signal, w.name, w.queue, w.args::jsonb, w.kwargs::jsonb, w.attempt, w.max_attempts,
           w.heartbeat_seconds, w.max_lost_leases, w.deadline_at,
           t.last + row_number() OVER (PARTITION BY w.queue, w.workspace_id ORDER BY w.position)
    FROM waiting w
    JOIN turns t ON t.queue = w.queue AND t.workspace_id = w.workspace_id
    ON CONFLICT (task_id, signal) DO NOTHING
    RETURNING task_id, name, args, kwargs
)
UPDATE celery_tasks c SET task_name = q.name, task_args = q.args, task_kwargs = q.kwargs
FROM queued q
WHERE c.task_id = q.task_id
