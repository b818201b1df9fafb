-- A template of no workspace is for all to read, and for nobody who is confined to change.
SELECT EXISTS (
    SELECT 1 FROM workflow_templates
    WHERE id = @id AND (workspace_id = ANY(@workspaces) OR (@reads AND workspace_id IS NULL)))
