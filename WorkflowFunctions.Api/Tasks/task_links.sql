-- name: create
INSERT INTO workflow_task_links (id, token_hash, execution_id, node_id, answers_as, expires_at, created_by)
VALUES (@id, @token_hash, @execution_id, @node_id, @answers_as, NOW() + make_interval(secs => @seconds), @created_by)
RETURNING id, answers_as, expires_at, revoked_at, created_by, created_at, FALSE AS is_used

-- name: find_by_token
-- The task of a link that may still be used.
SELECT l.id, l.execution_id || ':' || l.node_id AS task_id, l.answers_as, l.expires_at
FROM workflow_task_links l
WHERE l.token_hash = @token_hash AND l.revoked_at IS NULL AND l.expires_at > NOW() AND NOT ({task_links.is_used})

-- name: find_document
-- A document that a task shows: one of its workspace that its form names, or whose address is in its message.
SELECT c.media_type, c.title, c.content
FROM agent_jobs j
JOIN workflow_executions e ON e.id = j.execution_id
JOIN documents d ON d.id = @id AND COALESCE(d.workspace_id = e.workspace_id, TRUE)
JOIN document_contents c ON c.document_id = d.id
WHERE j.id = @task_id
  AND (jsonb_path_exists(j.input_data_json, '$.form.** ? (@ == $id)', jsonb_build_object('id', @id::text))
       OR EXISTS (SELECT 1 FROM unnest(@addresses::text[]) a WHERE strpos(j.input_data_json ->> 'message', a) > 0))

-- name: is_used
-- An answer names the link by which it came, also after its question is asked anew.
EXISTS (
    SELECT 1 FROM workflow_signals s
    WHERE s.execution_id = l.execution_id AND s.name = 'answer-to:' || l.node_id AND s.payload ->> 'link' = l.id)

-- name: list
SELECT l.id, l.answers_as, l.expires_at, l.revoked_at, l.created_by, l.created_at, {task_links.is_used} AS is_used
FROM workflow_task_links l
WHERE l.execution_id = @execution_id AND l.node_id = @node_id
ORDER BY l.created_at

-- name: revoke
UPDATE workflow_task_links SET revoked_at = COALESCE(revoked_at, NOW())
WHERE id = @id AND execution_id || ':' || node_id = @task_id
