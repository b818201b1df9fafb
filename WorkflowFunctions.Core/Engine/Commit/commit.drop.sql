-- Cancels what is left of bodies that have failed.
WITH given AS (
    SELECT * FROM unnest(@execution_ids::text[], @items::text[], @node_ids::text[], @retries::int[])
        AS g(execution_id, items, node_ids, retries)
),
locked AS MATERIALIZED (
    SELECT id, COALESCE(retries, 0) AS retries
    FROM workflow_executions
    WHERE id IN (SELECT execution_id FROM given)
    ORDER BY id
    FOR NO KEY UPDATE
),
dropped AS (
    UPDATE agent_jobs j SET status = 'cancelled', completed_at = NOW()
    FROM given g
    -- What was begun before a retry has no say after it.
    JOIN locked e ON e.id = g.execution_id AND e.retries = g.retries
    WHERE j.execution_id = g.execution_id
      AND j.status IN ('pending', 'running', 'waiting')
      AND g.node_ids::jsonb ? split_part(j.node_id, '#', 1)
      AND starts_with(j.node_id, split_part(j.node_id, '#', 1) || g.items || '#')
    RETURNING j.id
)
UPDATE celery_tasks t SET status = 'failure', exception_message = 'The loop has failed', completed_at = NOW()
FROM dropped d
WHERE t.task_id = d.id
