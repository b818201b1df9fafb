-- Deleting an execution looks for attachments that it made.
CREATE INDEX IF NOT EXISTS idx_attachments_created_by_workflow
    ON document_attachments(created_by_workflow_id) WHERE created_by_workflow_id IS NOT NULL;
