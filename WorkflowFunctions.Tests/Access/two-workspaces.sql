-- A row of everything in each of two workspaces. The name of its workspace is in each row, and of no other.
INSERT INTO workspaces (id, name) VALUES ('acme', 'Acme'), ('globex', 'Globex');
INSERT INTO projects (id, workspace_id, name) SELECT 'project-' || id, id, id FROM workspaces WHERE id <> 'default';
INSERT INTO documents (id, workspace_id, title) SELECT 'document-' || id, id, id FROM workspaces WHERE id <> 'default';
INSERT INTO document_contents (document_id, media_type, title, content) SELECT id, 'text/plain', workspace_id, 'x' FROM documents;
INSERT INTO workflow_templates (id, workspace_id, name, nodes_json)
SELECT 'template-' || id, id, id, jsonb_build_array(jsonb_build_object('id', id)) FROM workspaces WHERE id <> 'default';
INSERT INTO workflow_template_versions (id, nodes_json, edges_json)
SELECT encode(sha256(convert_to(nodes_json::text || E'\n' || edges_json::text, 'UTF8')), 'hex'), nodes_json, edges_json FROM workflow_templates;
INSERT INTO workflow_template_saves (id, template_id, version, name)
SELECT 'save-' || workspace_id, id, encode(sha256(convert_to(nodes_json::text || E'\n' || edges_json::text, 'UTF8')), 'hex'), name FROM workflow_templates;
INSERT INTO workflow_executions (id, template_id, template_version, project_id, workspace_id, user_id, status)
SELECT 'execution-' || t.workspace_id, t.id,
       encode(sha256(convert_to(t.nodes_json::text || E'\n' || t.edges_json::text, 'UTF8')), 'hex'), 'project-' || t.workspace_id, t.workspace_id, 'default', 'completed'
FROM workflow_templates t;
INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status) SELECT 'job-' || id, id, 'a', 'merge', 'completed' FROM workflow_executions;
INSERT INTO workflow_execution_events (execution_id, event_type) SELECT id, 'created' FROM workflow_executions;
INSERT INTO workflow_checkpoints (id, execution_id, checkpoint_type, node_id, execution_state) SELECT 'cp-' || id, id, 'auto', 'a', '{}' FROM workflow_executions;
INSERT INTO workflow_execution_metrics (id, execution_id) SELECT 'metrics-' || id, id FROM workflow_executions;
INSERT INTO workflow_signals (execution_id, name) SELECT id, 'go' FROM workflow_executions;
INSERT INTO celery_tasks (task_id, execution_id, task_name, status) SELECT 'task-' || id, id, 'x', 'success' FROM workflow_executions;
INSERT INTO workflow_tasks (task_id, execution_id, workspace_id, signal, name, queue, args, kwargs, attempt, max_attempts, heartbeat_seconds, turn)
SELECT 'task-' || id, id, workspace_id, 'task:a:0:1', 'x', 'default', '[]', '{}', 1, 1, 30, 1 FROM workflow_executions;
INSERT INTO document_attachments (id, document_id, image_id) SELECT 'attachment-' || id, id, id FROM documents;
INSERT INTO workflow_schedules (id, template_id, workspace_id, project_id, user_id, cron)
SELECT 'schedule-' || workspace_id, id, workspace_id, 'project-' || workspace_id, 'default', '0 0 1 1 *' FROM workflow_templates;
INSERT INTO workflow_hooks (id, token_hash, template_id, workspace_id, project_id, user_id)
SELECT 'hook-' || workspace_id, sha256(convert_to(id, 'UTF8')), id, workspace_id, 'project-' || workspace_id, 'default' FROM workflow_templates;
INSERT INTO workflow_api_keys (id, key_hash, name, scope, workspaces)
SELECT 'key-' || id, sha256(convert_to(id, 'UTF8')), id, 'admin', ARRAY[id] FROM workspaces WHERE id <> 'default';
INSERT INTO workflow_task_links (id, token_hash, execution_id, node_id, answers_as, expires_at)
SELECT 'link-' || workspace_id, sha256(convert_to(id, 'UTF8')), id, 'ask', 'ada', NOW() FROM workflow_executions;
INSERT INTO workflow_subscriptions (id, workspace_id, template_id, url)
SELECT 'subscription-' || workspace_id, workspace_id, id, 'https://example.com/' FROM workflow_templates;
INSERT INTO workflow_deliveries (execution_id, workspace_id, event_type, event) SELECT id, workspace_id, 'execution.failed', '{}' FROM workflow_executions;
INSERT INTO workflow_batches (id, template_id, template_version, workspace_id, project_id, user_id, config, param_names, max_parallel, status)
SELECT 'batch-' || workspace_id, id, 'x', workspace_id, 'project-' || workspace_id, 'default', '{}', '{}', 1, 'paused' FROM workflow_templates;
INSERT INTO workflow_batch_rows (batch_id, number, params) SELECT id, 1, jsonb_build_object('workspace', workspace_id) FROM workflow_batches;
REFRESH MATERIALIZED VIEW workflow_execution_summary;
REFRESH MATERIALIZED VIEW workflow_node_summary;
