-- Rows as years of use leave them: every status, times and counters that are missing, JSONB of every kind, jobs with ids of
-- their own and several for a node.
INSERT INTO workspaces VALUES ('acme', 'Acme', 'pro', '{"locale": "de"}'), ('beta', 'Beta', 'free', '{}'), ('idle', 'Idle', 'free', '[]');
INSERT INTO users VALUES ('ada', 'ada@example.org', 'x', TRUE, NULL), ('bob', 'bob@example.org', 'y', FALSE, '2025-03-01T08:00:00Z');
INSERT INTO projects VALUES ('launch', 'acme', 'ada'), ('trial', 'beta', 'bob');
INSERT INTO documents VALUES ('doc-1', 'Text', 3, 'ada'), ('img-1', '', 1, 'ada'), ('img-2', '', 1, 'bob');

INSERT INTO workflow_templates (id, workspace_id, name, category, nodes_json, edges_json, default_params_json, is_system, usage_count, created_by) VALUES
    ('tpl-launch', 'acme', 'Launch', 'marketing',
     '[{"id": "node-1", "type": "input", "position": {"x": 0, "y": 0}, "data": {"label": "Topic"}},
       {"id": "node-2", "type": "generate_copy", "position": {"x": 250, "y": 0}, "width": 180, "selected": false,
        "data": {"label": "Copy", "prompt": "Write about {{ params.topic }}"}},
       {"id": "node-3", "type": "transform", "position": {"x": 500, "y": 0}, "data": {"fields": {"post": "{{ nodes.node-2.text }}"}}}]',
     '[{"id": "e1", "source": "node-1", "target": "node-2", "animated": true}, {"id": "e2", "source": "node-2", "target": "node-3"}]',
     '{"topic": "tea"}', FALSE, 12, 'ada'),
    ('tpl-own-types', 'acme', 'Own node types', NULL,
     '[{"id": "node-1", "type": "post_to_social", "data": {}}]', '[]', NULL, NULL, NULL, NULL),
    ('tpl-object', 'beta', 'Nested', NULL, '{"nodes": [], "viewport": {"zoom": 1}}', 'null', '[1, 2]', FALSE, 0, 'bob'),
    ('tpl-encoded', NULL, 'Encoded twice', 'old', '"[]"', '"[]"', '"{}"', TRUE, 1, NULL),
    ('tpl-nothing', NULL, 'Nothing', NULL, 'null', '0', 'null', TRUE, NULL, NULL);

INSERT INTO workflow_executions (
    id, template_id, project_id, workspace_id, user_id, status, config_json, progress_percent, current_node_id, error_message, total_cost,
    started_at, completed_at, created_at)
VALUES
    ('done', 'tpl-launch', 'launch', 'acme', 'ada', 'completed', '{"params": {"topic": "tea"}, "model": "gpt-4"}', 100, NULL, NULL, 0.125,
     '2025-05-01T10:00:00Z', '2025-05-01T10:02:00Z', '2025-05-01T09:59:58Z'),
    ('broken', 'tpl-own-types', 'launch', 'acme', 'ada', 'failed', '[]', 50, 'node-1', 'TimeoutError()', NULL,
     '2025-05-02T10:00:00Z', NULL, '2025-05-02T10:00:00Z'),
    ('stopped', 'tpl-object', 'trial', 'beta', 'bob', 'cancelled', '"none"', NULL, NULL, NULL, 0, NULL, '2025-05-03T10:00:00Z', '2025-05-03T10:00:00Z'),
    ('held', 'tpl-launch', 'launch', 'acme', 'ada', 'paused', 'null', 33, 'node-2', NULL, 0.5, '2025-05-04T10:00:00Z', NULL, NOW() - INTERVAL '3 days'),
    ('held-long', 'tpl-launch', 'launch', 'acme', 'bob', 'paused', '{}', 33, 'node-2', NULL, 0.5, NULL, NULL, NOW() - INTERVAL '40 days'),
    ('at-work', 'tpl-launch', 'launch', 'acme', 'ada', 'running', '{"track_tasks": "maybe", "max_parallel_nodes": "many", "params": {"topic": "ink"}}',
     33, 'node-2', NULL, 0.25, NOW() - INTERVAL '1 hour', NULL, NOW() - INTERVAL '1 hour'),
    ('queued', 'tpl-launch', 'trial', 'beta', 'bob', 'pending', '42', 0, NULL, NULL, 0, NULL, NULL, NOW() - INTERVAL '2 days'),
    ('queued-own', 'tpl-own-types', 'trial', 'beta', 'bob', 'pending', NULL, 0, NULL, NULL, 0, NULL, NULL, NOW() - INTERVAL '1 day'),
    ('queued-object', 'tpl-object', 'trial', 'beta', 'bob', 'pending', '{"params": [1]}', 0, NULL, NULL, 0, NULL, NULL, NOW() - INTERVAL '1 day'),
    ('queued-nothing', 'tpl-nothing', 'trial', 'beta', 'bob', 'pending', '{}', 0, NULL, NULL, 0, NULL, NULL, NOW() - INTERVAL '1 day'),
    ('odd', 'tpl-encoded', 'trial', 'beta', 'bob', 'timed_out', 'true', 250, 'gone', '', 0, '2025-05-05T10:00:00Z', '2025-05-05T09:00:00Z', NULL),
    ('blank', 'tpl-nothing', 'trial', 'beta', 'bob', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-05-06T10:00:00Z');

INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, input_data_json, output_data_json, error_message, tokens_used, started_at, completed_at, created_at) VALUES
    ('7c0d6d9e-01', 'done', 'node-1', 'input', 'completed', 'null', '{"topic": "tea"}', NULL, NULL, '2025-05-01T10:00:00Z', '2025-05-01T10:00:01Z', '2025-05-01T10:00:00Z'),
    ('7c0d6d9e-02', 'done', 'node-2', 'generate_copy', 'failed',
     '{"job_type": "generate_copy", "model": "gpt-4", "prompt": "Write", "settings": {"temperature": 0.7}}', NULL, 'rate limit', 10,
     '2025-05-01T10:00:01Z', '2025-05-01T10:00:05Z', '2025-05-01T10:00:01Z'),
    ('7c0d6d9e-03', 'done', 'node-2', 'generate_copy', 'completed',
     '{"job_type": "generate_copy", "model": "gpt-4", "prompt": "Write", "settings": {"temperature": 0.2}}', '{"text": "Draft"}', NULL, 100,
     '2025-05-01T10:00:10Z', '2025-05-01T10:00:40Z', '2025-05-01T10:00:10Z'),
    ('7c0d6d9e-04', 'done', 'node-2', 'generate_copy', 'completed', '{"job_type": "generate_copy", "model": "gpt-3.5"}', '{"text": "Final"}', NULL, 200,
     '2025-05-01T10:01:00Z', '2025-05-01T10:01:10Z', '2025-05-01T10:01:00Z'),
    ('7c0d6d9e-05', 'done', 'node-3', 'transform', 'completed', '[1, "two"]', '"plain text"', NULL, 0, '2025-05-01T10:01:10Z', '2025-05-01T10:02:00Z', '2025-05-01T10:01:10Z'),
    ('7c0d6d9e-06', 'done', 'node-3', 'transform', 'completed', '7', '"plain text again"', NULL, NULL, NULL, NULL, NULL),
    ('7c0d6d9e-07', 'broken', 'node-1', 'post_to_social', 'failed', 'false', '[]', 'TimeoutError()', 0, '2025-05-02T10:00:00Z', NULL, '2025-05-02T10:00:00Z'),
    ('7c0d6d9e-08', 'broken', 'node-1', 'post_to_social', 'running', NULL, NULL, NULL, NULL, '2025-05-02T11:00:00Z', NULL, '2025-05-02T11:00:00Z'),
    ('7c0d6d9e-09', 'at-work', 'node-1', 'input', 'completed', '{}', '{"topic": "ink"}', NULL, 0, NOW() - INTERVAL '1 hour', NOW() - INTERVAL '1 hour', NOW() - INTERVAL '1 hour'),
    ('7c0d6d9e-10', 'at-work', 'node-1', 'input', 'failed', '{}', NULL, 'lost', 0, NOW() - INTERVAL '2 hours', NULL, NOW() - INTERVAL '2 hours'),
    ('7c0d6d9e-11', 'at-work', 'node-2', 'generate_copy', 'running', '{}', NULL, NULL, 0, NOW() - INTERVAL '50 minutes', NULL, NOW() - INTERVAL '50 minutes'),
    ('7c0d6d9e-12', 'odd', 'gone', 'generate_copy', NULL, '{"settings": {"temperature": 0.9}}', '3', NULL, NULL, NULL, NULL, NULL);

INSERT INTO document_attachments VALUES ('att-1', 'doc-1', 'img-1', TRUE, 0, 'done'), ('att-2', 'doc-1', 'img-2', NULL, NULL, NULL);
