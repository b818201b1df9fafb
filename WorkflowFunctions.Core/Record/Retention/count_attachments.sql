SELECT count(*) FROM document_attachments
WHERE created_by_workflow_id IN (SELECT id FROM workflow_executions WHERE {expired})
