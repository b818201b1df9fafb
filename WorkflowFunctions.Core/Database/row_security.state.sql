-- Whether row-level security holds for callers who are confined, and not for the application itself.
WITH role AS (
    SELECT oid FROM pg_roles WHERE rolname = 'workflow_confined'
),
walled AS (
    SELECT c.oid, c.relname, c.relrowsecurity
    FROM unnest(ARRAY[
        'workflow_executions', 'agent_jobs', 'workflow_execution_events', 'workflow_checkpoints', 'workflow_execution_metrics', 'workflow_signals',
        'celery_tasks', 'workflow_tasks', 'workflow_templates', 'workflow_template_versions', 'workflow_template_saves', 'workflow_schedules',
        'workflow_hooks', 'workflow_api_keys', 'documents', 'document_contents', 'document_attachments', 'projects', 'workspaces',
        'workflow_task_links', 'workflow_subscriptions', 'workflow_deliveries', 'workflow_batches', 'workflow_batch_rows']) AS t(name)
    JOIN pg_class c ON c.oid = to_regclass(t.name)
)
SELECT
    current_user::text AS "user",
    EXISTS (SELECT 1 FROM role) AS has_role,
    EXISTS (
        SELECT 1 FROM role
        WHERE pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)) AS may_take_role,
    EXISTS (SELECT 1 FROM role WHERE pg_has_role(oid, 'USAGE') AND row_security_active('workflow_executions')) AS is_blind,
    ARRAY(
        SELECT w.relname::text FROM walled w
        WHERE NOT (w.relrowsecurity
            AND EXISTS (SELECT 1 FROM pg_policy p JOIN role r ON r.oid = ANY (p.polroles) WHERE p.polrelid = w.oid AND NOT p.polpermissive)
            AND EXISTS (SELECT 1 FROM role r WHERE has_table_privilege(r.oid, w.oid, 'SELECT')))
        ORDER BY w.relname) AS unprotected_tables
