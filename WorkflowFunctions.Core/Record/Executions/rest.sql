-- Nothing runs in these executions until then. A signal takes them up before.
UPDATE workflow_executions e SET wake_at = g.wake_at::timestamptz
FROM unnest(@ids::text[], @wake_ats::text[]) AS g(id, wake_at)
WHERE e.id = g.id AND e.status = 'running'
RETURNING e.id
