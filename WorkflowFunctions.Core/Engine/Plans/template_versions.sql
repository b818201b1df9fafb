-- name: graph
SELECT nodes_json, edges_json FROM workflow_template_versions WHERE id = @version

-- name: store
-- Stores a graph under the hash of its content, as template_versions.find does, and returns the hash.
WITH graph AS (
    SELECT @nodes_json::jsonb AS nodes_json, @edges_json::jsonb AS edges_json
),
hashed AS (
    SELECT nodes_json, edges_json, encode(sha256(convert_to(nodes_json::text || E'\n' || edges_json::text, 'UTF8')), 'hex') AS version
    FROM graph
),
stored AS (
    INSERT INTO workflow_template_versions (id, nodes_json, edges_json)
    SELECT version, nodes_json, edges_json FROM hashed
    ON CONFLICT DO NOTHING
)
SELECT version FROM hashed
