-- name: rest
-- Nothing runs in these executions until then. A signal wakes them before. Compared so, no index by status is looked into: there
-- may be many that run, of which PostgreSQL does not know yet.
UPDATE workflow_executions e SET wake_at = g.wake_at::timestamptz
FROM unnest(@ids::text[], @wake_ats::text[]) AS g(id, wake_at)
WHERE e.id = g.id AND e.status IS NOT DISTINCT FROM 'running'
RETURNING e.id

-- name: claim
-- Claims jobs for this session, by advisory locks; returns the ids of those that no other session has claimed. Two jobs whose
-- hashes are equal wait for each other, and nothing worse.
SELECT g.id FROM unnest(@ids::text[]) AS g(id) WHERE pg_try_advisory_lock(hashtextextended(g.id, 0))

-- name: release
-- Gives up what claim.sql got.
SELECT pg_advisory_unlock(hashtextextended(g.id, 0)) FROM unnest(@ids::text[]) AS g(id)

-- name: costs
-- Adds what jobs have cost to the day of their workspaces. A job that was refused is not one that this transaction has written.
INSERT INTO workflow_workspace_costs AS c (workspace_id, day, session, cost_usd)
SELECT e.workspace_id, (NOW() AT TIME ZONE 'UTC')::date, pg_backend_pid(), sum(g.cost)
FROM unnest(@ids::text[], @costs::numeric[]) AS g(id, cost)
JOIN agent_jobs j ON j.id = g.id AND j.xmin = pg_current_xact_id()::xid
JOIN workflow_executions e ON e.id = j.execution_id
GROUP BY e.workspace_id
ON CONFLICT (workspace_id, day, session) DO UPDATE SET cost_usd = c.cost_usd + excluded.cost_usd
