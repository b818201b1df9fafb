-- The version of a template that runs: the one that is asked for, the published one, or the template as it is saved, which is stored under the
-- hash of its content. One that is asked for has to have been saved for this template.
WITH template AS (
    SELECT id, workspace_id, nodes_json, edges_json, default_params_json, COALESCE(@version::text, published_version) AS wanted, {template_versions.hash} AS hash
    FROM workflow_templates
    WHERE id = @template_id
),
graph AS (
    SELECT hash AS version, nodes_json, edges_json FROM template WHERE wanted IS NULL
),
stored AS ({template_versions.insert})
SELECT CASE WHEN t.wanted IS NULL THEN t.hash ELSE s.version END AS version,
       CASE WHEN t.wanted IS NULL THEN t.default_params_json ELSE s.default_params_json END AS default_params,
       t.workspace_id
FROM template t
LEFT JOIN LATERAL (
    SELECT version, default_params_json FROM workflow_template_saves
    WHERE template_id = t.id AND version = t.wanted
    ORDER BY saved_at DESC, id DESC
    LIMIT 1
) s ON TRUE
WHERE t.wanted IS NULL OR s.version IS NOT NULL
