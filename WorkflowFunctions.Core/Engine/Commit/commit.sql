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
