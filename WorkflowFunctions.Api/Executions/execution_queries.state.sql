-- Schema document, query 3. Of several jobs of a node the one that completed last counts.
SELECT
    e.id AS execution_id,
    COALESCE(j.node_ids, '{}') AS completed_node_ids,
    COALESCE(j.outputs, '{}') AS node_outputs
FROM workflow_executions e
LEFT JOIN LATERAL (
    SELECT
        array_agg(latest.node_id::text ORDER BY latest.completed_at, latest.node_id) AS node_ids,
        jsonb_object_agg(latest.node_id, latest.output_data_json) AS outputs
    FROM (
        SELECT DISTINCT ON (node_id) node_id, completed_at, output_data_json
        FROM agent_jobs
        WHERE execution_id = e.id AND status = 'completed'
        ORDER BY node_id, completed_at DESC NULLS LAST, id
    ) latest
) j ON TRUE
WHERE e.id = @id
