INSERT INTO document_attachments (id, document_id, image_id, is_primary, attachment_order, created_by_workflow_id)
VALUES (@id, @document_id, @image_id, @is_primary, @attachment_order, @created_by_workflow_id)
ON CONFLICT (id) DO UPDATE SET
    document_id = excluded.document_id,
    image_id = excluded.image_id,
    is_primary = excluded.is_primary,
    attachment_order = excluded.attachment_order
