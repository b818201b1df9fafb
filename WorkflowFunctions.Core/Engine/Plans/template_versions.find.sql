-- Stores the graph of a template under the hash of its content, and returns the hash.
WITH template AS (
    SELECT workspace_id, nodes_json, edges_json, default_params_json,
           encode(sha256(convert_to(nodes_json::text || E'\n' || edges_json::text, 'UTF8')), 'hex') AS version
    FROM workflow_templates
    WHERE id = @template_id
),
stored AS (
    INSERT INTO workflow_template_versions (id, nodes_json, edges_json)
    SELECT version, nodes_json, edges_json FROM template
    WHERE NOT EXISTS (SELECT 1 FROM workflow_template_versions v WHERE v.id = version)
    ON CONFLICT DO NOTHING
)
SELECT version, default_params_json AS default_params, workspace_id FROM template
