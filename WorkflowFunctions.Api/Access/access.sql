-- name: batch
SELECT EXISTS (SELECT 1 FROM workflow_batches WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: delivery
SELECT EXISTS (
    SELECT 1 FROM workflow_deliveries
    WHERE id = CASE WHEN @id ~ '^msg-[0-9]{1,18}$' THEN substr(@id, 5)::bigint END AND workspace_id = ANY(@workspaces))

-- name: document
SELECT EXISTS (SELECT 1 FROM documents WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: execution
SELECT EXISTS (SELECT 1 FROM workflow_executions WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: hook
SELECT EXISTS (SELECT 1 FROM workflow_hooks WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: human_task
SELECT EXISTS (
    SELECT 1 FROM agent_jobs j
    JOIN workflow_executions e ON e.id = j.execution_id
    WHERE j.id = @id AND j.job_type = 'approval' AND e.workspace_id = ANY(@workspaces))

-- name: named
-- Which of the ids that a request names are in these workspaces. The table projects may belong to another system, and have no workspaces.
SELECT
    @workspace_id::text IS NULL OR EXISTS (
        SELECT 1 FROM workspaces w WHERE w.id = @workspace_id AND w.id = ANY(@workspaces)) AS has_workspace,
    @template_id::text IS NULL OR EXISTS (
        SELECT 1 FROM workflow_templates t
        WHERE t.id = @template_id AND (t.workspace_id IS NULL OR t.workspace_id = ANY(@workspaces))) AS has_template,
    @project_id::text IS NULL OR EXISTS (
        SELECT 1 FROM projects p
        WHERE p.id = @project_id AND COALESCE(to_jsonb(p) ->> 'workspace_id' = ANY(@workspaces), TRUE)) AS has_project,
    @execution_id::text IS NULL OR EXISTS (
        SELECT 1 FROM workflow_executions e WHERE e.id = @execution_id AND e.workspace_id = ANY(@workspaces)) AS has_execution

-- name: schedule
SELECT EXISTS (SELECT 1 FROM workflow_schedules WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: subscription
SELECT EXISTS (SELECT 1 FROM workflow_subscriptions WHERE id = @id AND workspace_id = ANY(@workspaces))

-- name: task
SELECT EXISTS (
    SELECT 1 FROM agent_jobs j
    JOIN workflow_executions e ON e.id = j.execution_id
    WHERE j.id = @id AND j.job_type = 'task' AND e.workspace_id = ANY(@workspaces))

-- name: template
-- A template of no workspace is for all to read, and for nobody who is confined to change.
SELECT EXISTS (
    SELECT 1 FROM workflow_templates
    WHERE id = @id AND (workspace_id = ANY(@workspaces) OR (@reads AND workspace_id IS NULL)))
