-- name: graph
SELECT nodes_json, edges_json FROM workflow_template_versions WHERE id = @version

-- name: hash
-- The id of a graph as a version: the hash of its content.
encode(sha256(convert_to(nodes_json::text || E'\n' || edges_json::text, 'UTF8')), 'hex')

-- name: insert
-- Stores the graphs of a CTE called graph that are not there yet, each under its version.
INSERT INTO workflow_template_versions (id, nodes_json, edges_json)
SELECT version, nodes_json, edges_json FROM graph
WHERE NOT EXISTS (SELECT 1 FROM workflow_template_versions v WHERE v.id = version)
ON CONFLICT DO NOTHING

-- name: store
-- Stores a graph as a version, and returns its id.
WITH graph AS (
    SELECT nodes_json, edges_json, {template_versions.hash} AS version
    FROM (SELECT @nodes_json::jsonb AS nodes_json, @edges_json::jsonb AS edges_json) g
),
stored AS ({template_versions.insert})
SELECT version FROM graph
