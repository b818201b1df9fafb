-- Holds an execution and the one that started it.
SELECT e.id
FROM workflow_executions e
WHERE e.id = @id OR e.id = (SELECT c.parent_execution_id FROM workflow_executions c WHERE c.id = @id)
ORDER BY e.id
FOR NO KEY UPDATE OF e
