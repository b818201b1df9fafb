SELECT media_type, title, content FROM document_contents WHERE document_id = @id
