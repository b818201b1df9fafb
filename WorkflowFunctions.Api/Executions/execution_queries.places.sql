-- The places of pending executions among those of their workspaces, from 1; nothing for one that is not pending. Those that others have started
-- stand in no line.
WITH asked AS MATERIALIZED (
    SELECT id, workspace_id FROM workflow_executions WHERE id = ANY (@ids) AND status = 'pending'
)
SELECT id, place
FROM (
    SELECT id, (1 + count(*) FILTER (WHERE parent_execution_id IS NULL) OVER ahead)::int AS place
    FROM workflow_executions
    WHERE status = 'pending'
      AND workspace_id IN (SELECT workspace_id FROM asked)
    WINDOW ahead AS (
        PARTITION BY workspace_id ORDER BY COALESCE(created_by LIKE 'batch-%', FALSE), created_at, id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) line
WHERE id IN (SELECT id FROM asked)
