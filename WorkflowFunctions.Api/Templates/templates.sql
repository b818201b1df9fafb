-- name: archive
UPDATE workflow_templates SET archived_at = CASE WHEN @archived THEN COALESCE(archived_at, clock_timestamp()) END
WHERE id = @id
RETURNING *

-- name: create
INSERT INTO workflow_templates (
    id, workspace_id, name, description, category, nodes_json, edges_json, default_params_json, param_names, on_failure, created_by)
VALUES (
    @id, @workspace_id, @name, @description, @category, @nodes_json::jsonb, @edges_json::jsonb, @default_params_json::jsonb,
    ARRAY(SELECT json_object_keys(@default_params_json::json)), @on_failure, @created_by)
RETURNING *

-- name: delete
DELETE FROM workflow_templates WHERE id = @id

-- name: find
SELECT * FROM workflow_templates WHERE id = @id

-- name: keep
-- Notes a save: stores the graph as a version, and who saved it. One that other programs have made is noted when somebody looks.
WITH graph AS (
    SELECT id, name, nodes_json, edges_json, default_params_json, created_at, updated_at, {template_versions.hash} AS version
    FROM workflow_templates
    WHERE id = @id
),
stored AS ({template_versions.insert})
INSERT INTO workflow_template_saves (id, template_id, version, name, default_params_json, saved_by, message, saved_at)
SELECT @save_id, id, version, name, default_params_json, @saved_by, @message, COALESCE(updated_at, created_at, clock_timestamp())
FROM graph
WHERE @saved_by::text IS NOT NULL
   OR version IS DISTINCT FROM (SELECT s.version FROM workflow_template_saves s WHERE s.template_id = @id ORDER BY s.saved_at DESC, s.id DESC LIMIT 1)

-- name: saves
SELECT s.id, s.version, s.name, s.saved_by, s.message, s.saved_at,
       (s.version = t.published_version) IS TRUE AS is_published,
       (SELECT count(*) FROM workflow_executions e WHERE e.template_version = s.version AND e.template_id = s.template_id) AS executions
FROM workflow_template_saves s
JOIN workflow_templates t ON t.id = s.template_id
WHERE s.template_id = @id
  AND (@after_id::text IS NULL OR (s.saved_at, s.id) < (@after_time::timestamptz, @after_id))
ORDER BY s.saved_at DESC, s.id DESC
LIMIT @limit

-- name: saved_version
SELECT s.version, s.name, s.default_params_json, v.nodes_json, v.edges_json
FROM workflow_template_saves s
JOIN workflow_template_versions v ON v.id = s.version
WHERE s.template_id = @id AND s.version = @version
ORDER BY s.saved_at DESC, s.id DESC
LIMIT 1

-- name: publish
UPDATE workflow_templates SET published_version = @version
WHERE id = @id
  AND (@version::text IS NULL OR EXISTS (SELECT 1 FROM workflow_template_saves s WHERE s.template_id = @id AND s.version = @version))
RETURNING *

-- name: latest_save
SELECT version FROM workflow_template_saves WHERE template_id = @id ORDER BY saved_at DESC, id DESC LIMIT 1

-- name: pin
-- Pins the output of a node; NULL unpins it. The version of the template stays what it is.
UPDATE workflow_templates SET
    pins_json = CASE WHEN @output::jsonb IS NULL THEN COALESCE(pins_json, '{}') - @node_id::text
                     ELSE COALESCE(pins_json, '{}') || jsonb_build_object(
                         @node_id::text, jsonb_strip_nulls(jsonb_build_object('branch', @branch::text)) || jsonb_build_object('output', @output::jsonb)) END
WHERE id = @id
RETURNING *

-- name: list
-- Without default params and graph, which may be large.
SELECT t.id, t.workspace_id, t.name, t.description, t.category, t.is_system, COALESCE(t.usage_count, 0) AS usage_count, t.created_by, t.created_at, t.updated_at,
       t.published_version, t.archived_at, last.status AS last_status, last.created_at AS last_run_at
FROM workflow_templates t
LEFT JOIN LATERAL (
    SELECT e.status, e.created_at FROM workflow_executions e WHERE e.template_id = t.id ORDER BY e.created_at DESC, e.id DESC LIMIT 1
) last ON TRUE
WHERE (@workspace_id::text IS NULL OR t.workspace_id = @workspace_id OR t.workspace_id IS NULL)
  AND (@workspaces::text[] IS NULL OR t.workspace_id = ANY(@workspaces::text[]) OR t.workspace_id IS NULL)
  AND (@category::text IS NULL OR t.category = @category)
  AND (@archived::boolean IS NULL OR (t.archived_at IS NOT NULL) = @archived)
  AND (@after_id::text IS NULL
       OR (t.created_at, t.id) < (@after_time::timestamptz, @after_id)
       -- Rows without a time come first.
       OR (@after_time::timestamptz IS NULL AND (t.created_at IS NOT NULL OR t.id < @after_id)))
ORDER BY t.created_at DESC, t.id DESC
LIMIT @limit

-- name: replace
UPDATE workflow_templates SET
    workspace_id = @workspace_id,
    name = @name,
    description = @description,
    category = @category,
    nodes_json = @nodes_json::jsonb,
    edges_json = @edges_json::jsonb,
    default_params_json = @default_params_json::jsonb,
    param_names = ARRAY(SELECT json_object_keys(@default_params_json::json)),
    on_failure = @on_failure,
    updated_at = clock_timestamp()
WHERE id = @id
  AND (@unchanged_since::timestamptz IS NULL OR COALESCE(updated_at, created_at) = @unchanged_since)
RETURNING *
