-- Holds an execution and those that it has started. A statement of its own: what is written while this one waits for the rows is
-- seen by the statement after it, and would not be by one that waits itself.
WITH RECURSIVE family AS (
    SELECT id FROM workflow_executions WHERE id = @id
    UNION
    SELECT c.id FROM workflow_executions c JOIN family f ON c.parent_execution_id = f.id
)
SELECT e.id
FROM workflow_executions e
JOIN family f ON f.id = e.id
ORDER BY e.id
FOR NO KEY UPDATE OF e
