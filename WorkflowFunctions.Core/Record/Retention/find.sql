-- The next executions that may go, in the order of the primary key, so that a run reads the table once. Locks nothing.
SELECT id FROM workflow_executions
WHERE id > @after AND {expired}
ORDER BY id
LIMIT @limit
