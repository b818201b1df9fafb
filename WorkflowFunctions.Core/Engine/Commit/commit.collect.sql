-- Gathers what the bodies of loops gave, in the order of the items: the output of the node that a body ends with, or an object of
-- outputs by node id if it ends with several. Stays in the database, so that no process holds them all.
-- Each job is looked up by its key: as a join, PostgreSQL would read a table that is not yet large from one end to the other for each item.
WITH given AS (
    SELECT * FROM unnest(@ids::text[], @execution_ids::text[], @items::text[], @counts::int[], @ends::text[], @retries::int[])
        AS g(id, execution_id, items, count, ends, retries)
),
locked AS MATERIALIZED (
    SELECT id, COALESCE(retries, 0) AS retries
    FROM workflow_executions
    WHERE id IN (SELECT execution_id FROM given)
    ORDER BY id
    FOR NO KEY UPDATE
)
UPDATE agent_jobs f SET output_data_json = jsonb_build_object('count', g.count, 'results', (
    SELECT COALESCE(jsonb_agg(r.result ORDER BY i.index), '[]')
    FROM generate_series(0, g.count - 1) AS i(index)
    CROSS JOIN LATERAL (
        SELECT CASE jsonb_array_length(g.ends::jsonb)
            WHEN 1 THEN jsonb_agg(o.output) -> 0
            ELSE jsonb_object_agg(o.node_id, o.output) FILTER (WHERE o.output IS NOT NULL)
        END AS result
        FROM (
            SELECT e.id AS node_id, (
                SELECT j.output_data_json FROM agent_jobs j WHERE j.id = g.execution_id || ':' || e.id || g.items || '#' || i.index) AS output
            FROM jsonb_array_elements_text(g.ends::jsonb) AS e(id)
        ) o
    ) r))
FROM given g
-- What was begun before a retry has no say after it.
JOIN locked e ON e.id = g.execution_id AND e.retries = g.retries
WHERE f.id = g.id AND f.status = 'waiting'
