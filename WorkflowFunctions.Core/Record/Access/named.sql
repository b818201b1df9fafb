-- Which of the ids that a request names are in these workspaces. The table projects may belong to another system, and have no workspaces.
SELECT
    @workspace_id::text IS NULL OR EXISTS (
        SELECT 1 FROM workspaces w WHERE w.id = @workspace_id AND w.id = ANY(@workspaces)) AS has_workspace,
    @template_id::text IS NULL OR EXISTS (
        SELECT 1 FROM workflow_templates t
        WHERE t.id = @template_id AND (t.workspace_id IS NULL OR t.workspace_id = ANY(@workspaces))) AS has_template,
    @project_id::text IS NULL OR EXISTS (
        SELECT 1 FROM projects p
        WHERE p.id = @project_id AND COALESCE(to_jsonb(p) ->> 'workspace_id' = ANY(@workspaces), TRUE)) AS has_project
