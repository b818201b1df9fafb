-- name: claim
SELECT * FROM workflow_claim_tasks(@worker, @queues::text[], @max, @names::text[], @workspace_ids::text[])

-- name: complete
-- For one that is refused, all of them are.
SELECT s.execution_id, s.signal
FROM unnest(@ids::text[], @leases::text[], @outputs::text[]) WITH ORDINALITY AS g(id, lease, output, position)
CROSS JOIN LATERAL workflow_settle_task(g.id, g.lease, jsonb_build_object('output', g.output::jsonb)) AS s
ORDER BY g.position

-- name: fail
SELECT workflow_fail_task(@id, @error, @retryable, @traceback, @retry_after_seconds::float8, @lease)

-- name: list
-- What is left over of an attempt that has ended is not shown: its job waits for something else.
SELECT t.task_id AS id, t.execution_id, j.node_id, t.workspace_id, t.name, t.queue, t.attempt, t.worker, t.claimed_at,
       t.lease_expires_at, t.lost_leases, t.progress, t.created_at
FROM workflow_tasks t
JOIN agent_jobs j ON j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
WHERE (@queue::text IS NULL OR t.queue = @queue) AND (@workspaces::text[] IS NULL OR t.workspace_id = ANY (@workspaces))
ORDER BY t.lease IS NULL, t.queue, t.turn, t.id
LIMIT @limit

-- name: queues
SELECT t.queue, count(*) FILTER (WHERE t.lease IS NULL) AS waiting, count(*) FILTER (WHERE t.lease IS NOT NULL) AS leased,
       min(t.created_at) FILTER (WHERE t.lease IS NULL) AS oldest_at
FROM workflow_tasks t
JOIN agent_jobs j ON j.id = t.task_id AND j.status = 'waiting' AND j.waits_for ->> 'signal' = t.signal
WHERE @workspaces::text[] IS NULL OR t.workspace_id = ANY (@workspaces)
GROUP BY t.queue
ORDER BY t.queue

-- name: release
SELECT workflow_release_task(@id, @workspace_ids::text[])

-- name: renew
SELECT workflow_heartbeat(@id, @lease, @progress::jsonb)
