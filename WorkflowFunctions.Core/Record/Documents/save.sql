WITH document AS (
    INSERT INTO documents (id, workspace_id, project_id, title)
    VALUES (@id, @workspace_id, @project_id, @title)
    ON CONFLICT (id) DO UPDATE SET title = excluded.title
)
INSERT INTO document_contents (document_id, media_type, title, content)
VALUES (@id, @media_type, @title, @content)
ON CONFLICT (document_id) DO UPDATE SET
    media_type = excluded.media_type, title = excluded.title, content = excluded.content, updated_at = NOW()
