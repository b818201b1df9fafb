-- Holds those executions that still may go: one that someone works on, or that has been resumed meanwhile, is passed over.
-- Nothing that belongs to an execution is added while its row is held.
SELECT id FROM workflow_executions
WHERE id = ANY (@ids) AND {expired}
ORDER BY id
FOR UPDATE SKIP LOCKED
