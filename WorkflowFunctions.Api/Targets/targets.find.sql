-- What is to be started: the ids that hold where none are given, and whether there are such rows.
SELECT
    given.workspace_id,
    given.project_id,
    given.user_id,
    EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = @template_id) AS has_template,
    EXISTS (SELECT 1 FROM workspaces w WHERE w.id = given.workspace_id) AS has_workspace,
    EXISTS (SELECT 1 FROM projects p WHERE p.id = given.project_id) AS has_project,
    EXISTS (SELECT 1 FROM users u WHERE u.id = given.user_id) AS has_user
FROM (
    SELECT
        COALESCE(@workspace_id::text, (SELECT t.workspace_id FROM workflow_templates t WHERE t.id = @template_id), @default_workspace_id) AS workspace_id,
        COALESCE(@project_id::text, @default_project_id) AS project_id,
        COALESCE(@user_id::text, @default_user_id) AS user_id
) given
