-- name: confine
SELECT set_config('app.workspace_ids', @workspaces::text[]::text, FALSE), set_config('role', 'workflow_confined', FALSE)

-- name: prepare
SELECT workflow_confine()
