-- name: attach
-- Attaches nothing where one of the two is not there, or lies in another workspace than the execution.
INSERT INTO document_attachments (id, document_id, image_id, is_primary, attachment_order, created_by_workflow_id)
SELECT @id, d.id, i.id, @is_primary, @attachment_order, e.id
FROM workflow_executions e
JOIN documents d ON d.id = @document_id AND COALESCE(d.workspace_id = e.workspace_id, TRUE)
JOIN documents i ON i.id = @image_id AND COALESCE(i.workspace_id = e.workspace_id, TRUE)
WHERE e.id = @created_by_workflow_id
ON CONFLICT (id) DO UPDATE SET
    document_id = excluded.document_id,
    image_id = excluded.image_id,
    is_primary = excluded.is_primary,
    attachment_order = excluded.attachment_order

-- name: content
SELECT media_type, title, content FROM document_contents WHERE document_id = @id

-- name: columns
-- The columns of documents; needed is one that may not be null and has no default.
SELECT a.attname AS name, quote_ident(a.attname) AS quoted, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS is_needed
FROM pg_attribute a
WHERE a.attrelid = to_regclass('documents') AND a.attnum > 0 AND NOT a.attisdropped

-- name: of_execution
-- What the nodes of an execution made: the documents and images that their outputs name, in the order in which they were made. An image that is
-- attached to a document stands with it.
SELECT c.document_id AS id, made.node_id, c.title, c.media_type, octet_length(c.content) AS size, made.created_at, a.document_id AS attached_to
FROM (
    SELECT named.id, min(j.node_id) AS node_id, min(j.created_at) AS created_at
    FROM agent_jobs j
    CROSS JOIN LATERAL (
        SELECT jsonb_path_query(j.output_data_json, '$.document_ids[*]') #>> '{}'
        UNION ALL
        SELECT jsonb_path_query(j.output_data_json, '$.image_ids[*]') #>> '{}'
    ) AS named(id)
    WHERE j.execution_id = @execution_id
    GROUP BY named.id
) made
JOIN document_contents c ON c.document_id = made.id
LEFT JOIN LATERAL (
    SELECT document_id FROM document_attachments WHERE image_id = c.document_id ORDER BY id LIMIT 1
) a ON TRUE
WHERE @after_id::text IS NULL OR (made.created_at, c.document_id) > (@after_time::timestamptz, @after_id)
ORDER BY made.created_at, c.document_id
LIMIT @limit

-- name: save_row
INSERT INTO documents (id, workspace_id, project_id, title)
VALUES (@id, @workspace_id, @project_id, @title)
ON CONFLICT (id) DO UPDATE SET title = excluded.title

-- name: save_row_with
-- The same, with columns that an application has added.
INSERT INTO documents (id, workspace_id, project_id, title/* columns */)
VALUES (@id, @workspace_id, @project_id, @title/* values */)
ON CONFLICT (id) DO UPDATE SET title = excluded.title/* changes */

-- name: save_content
INSERT INTO document_contents (document_id, media_type, title, content)
VALUES (@id, @media_type, @title, @content)
ON CONFLICT (document_id) DO UPDATE SET
    media_type = excluded.media_type, title = excluded.title, content = excluded.content, updated_at = NOW()
