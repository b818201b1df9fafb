-- Attachments belong to documents; they stay when the workflow that made them goes.
UPDATE document_attachments SET created_by_workflow_id = NULL WHERE created_by_workflow_id = ANY (@ids)
