-- 40 workspaces with 5 users, 3 projects and 2 templates each. The templates can be run.
INSERT INTO workspaces (id, name)
SELECT 'workspace-' || lpad(w::text, 2, '0'), 'Workspace ' || w FROM generate_series(1, 40) w
ON CONFLICT (id) DO NOTHING;

INSERT INTO users (id, name)
SELECT format('user-%s-%s', lpad(w::text, 2, '0'), u), format('User %s of %s', u, w) FROM generate_series(1, 40) w, generate_series(1, 5) u
ON CONFLICT (id) DO NOTHING;

INSERT INTO projects (id, workspace_id, name)
SELECT format('project-%s-%s', lpad(w::text, 2, '0'), p), 'workspace-' || lpad(w::text, 2, '0'), format('Project %s of %s', p, w)
FROM generate_series(1, 40) w, generate_series(1, 3) p
ON CONFLICT (id) DO NOTHING;

WITH graph AS (
    SELECT
        '[{"id": "start", "type": "input"},
          {"id": "write", "type": "generate_copy", "data": {"prompt": "Write about {{ params.topic }}."}},
          {"id": "draw", "type": "transform", "data": {"fields": {"title": "{{ params.topic }}"}}},
          {"id": "join", "type": "merge"},
          {"id": "done", "type": "output", "data": {"value": {"post": "{{ nodes.write.text }}"}}}]'::jsonb AS nodes,
        '[{"id": "e1", "source": "start", "target": "write"}, {"id": "e2", "source": "start", "target": "draw"},
          {"id": "e3", "source": "write", "target": "join"}, {"id": "e4", "source": "draw", "target": "join"},
          {"id": "e5", "source": "join", "target": "done"}]'::jsonb AS edges
),
version AS (
    INSERT INTO workflow_template_versions (id, nodes_json, edges_json) SELECT 'fill-version', nodes, edges FROM graph
    ON CONFLICT (id) DO NOTHING
)
INSERT INTO workflow_templates (id, workspace_id, name, category, nodes_json, edges_json, default_params_json, created_at)
SELECT format('template-%s-%s', lpad(w::text, 2, '0'), t), 'workspace-' || lpad(w::text, 2, '0'), format('Template %s of %s', t, w),
       'campaign', nodes, edges, '{"topic": "tea"}', NOW() - INTERVAL '550 days'
FROM graph, generate_series(1, 40) w, generate_series(1, 2) t
ON CONFLICT (id) DO NOTHING;
