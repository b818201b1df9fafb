-- Writes a checkpoint of each execution from what the record holds, and makes it the latest.
WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest(@ids::text[], @execution_ids::text[], @types::text[], @reasons::text[], @created_bys::text[], @after_nodes::int[])
        AS g(id, execution_id, checkpoint_type, reason, created_by, after_nodes)
    WHERE g.after_nodes IS NULL OR EXISTS (
        SELECT 1
        FROM workflow_executions e
        LEFT JOIN workflow_checkpoints c ON c.execution_id = e.id AND c.is_latest
        WHERE e.id = g.execution_id
          AND e.nodes_settled < e.nodes_total
          -- Nodes in a body count as well: nodes_settled does not tell of them.
          AND g.after_nodes <= (
              SELECT count(*) FROM agent_jobs j WHERE j.execution_id = e.id AND j.status IN ('completed', 'failed', 'skipped')
          ) - COALESCE(cardinality(c.completed_node_ids) + jsonb_array_length(c.execution_state -> 'skipped_node_ids'), 0))
),
outdated AS (
    UPDATE workflow_checkpoints c SET is_latest = FALSE
    FROM given g
    -- Compared so, they are looked up by their executions only.
    WHERE c.execution_id = g.execution_id AND c.is_latest IS NOT DISTINCT FROM TRUE
)
INSERT INTO workflow_checkpoints (
    id, execution_id, checkpoint_type, node_id, execution_state, completed_node_ids, pending_node_ids, node_outputs, reason, created_by)
SELECT
    g.id, e.id, g.checkpoint_type,
    COALESCE(p.node_ids[1], d.last_node_id, ''),
    jsonb_build_object(
        'status', e.status, 'progress_percent', e.progress_percent, 'current_node_id', e.current_node_id,
        'total_cost', e.total_cost, 'template_version', e.template_version, 'config', e.config_json,
        'skipped_node_ids', COALESCE(to_jsonb(d.skipped_node_ids), '[]'), 'branches', COALESCE(d.branches, '{}')),
    COALESCE(d.node_ids, '{}'), COALESCE(p.node_ids, '{}'), COALESCE(d.node_outputs, '{}'), g.reason, g.created_by
FROM given g
JOIN workflow_executions e ON e.id = g.execution_id
LEFT JOIN LATERAL (
    SELECT
        array_agg(j.node_id ORDER BY j.completed_at, j.node_id) FILTER (WHERE j.status = 'completed') AS node_ids,
        (array_agg(j.node_id ORDER BY j.completed_at DESC, j.node_id) FILTER (WHERE j.status = 'completed'))[1] AS last_node_id,
        array_agg(j.node_id ORDER BY j.node_id) FILTER (WHERE j.status = 'skipped') AS skipped_node_ids,
        jsonb_object_agg(j.node_id, j.branch) FILTER (WHERE j.branch IS NOT NULL) AS branches,
        -- A node that failed and was gone past has its error as output, which later nodes may read.
        jsonb_object_agg(j.node_id, j.output_data_json) FILTER (WHERE j.output_data_json IS NOT NULL) AS node_outputs
    FROM agent_jobs j
    WHERE j.execution_id = e.id
) d ON TRUE
LEFT JOIN LATERAL (
    -- A node in a body is settled with the node that has the body.
    WITH RECURSIVE nodes AS MATERIALIZED (
        SELECT n.node ->> 'id' AS id, COALESCE(n.node ->> 'parentId', n.node ->> 'parentNode') AS parent_id, n.position
        FROM workflow_template_versions v
        -- What another application has stored may be no array.
        CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(v.nodes_json) WHEN 'array' THEN v.nodes_json ELSE '[]' END)
            WITH ORDINALITY AS n(node, position)
        WHERE v.id = e.template_version
    ),
    settled AS (
        SELECT n.id
        FROM nodes n
        JOIN agent_jobs j ON j.execution_id = e.id AND j.node_id = n.id AND j.status IN ('completed', 'failed', 'skipped')
        UNION
        SELECT n.id FROM nodes n JOIN settled s ON n.parent_id = s.id
    )
    SELECT array_agg(n.id ORDER BY n.position) AS node_ids
    FROM nodes n
    WHERE n.id NOT IN (SELECT id FROM settled)
      -- Nothing is left of one that has completed, and its graph is not looked at.
      AND e.status <> 'completed'
) p ON TRUE
