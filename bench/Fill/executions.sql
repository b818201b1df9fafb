-- Executions @first to @last of @total, evenly over the last 548 days, the oldest first. What seems random is made from the
-- number, so that the same command fills two databases alike. A few workspaces have most of the executions.
WITH numbered AS (
    SELECT
        n,
        NOW() - INTERVAL '548 days' * (1 - n / @total::float8) AS created_at,
        lpad((1 + floor(40 * power((hashint8extended(n, 1) & 65535) / 65536.0, 2)))::text, 2, '0') AS workspace,
        (hashint8extended(n, 2) & 65535) % 1000 AS lot,
        (hashint8extended(n, 3) & 65535) AS dice
    FROM generate_series(@first, @last) n
),
settled AS (
    SELECT *,
        INTERVAL '1 second' * (5 + dice % 300) AS duration,
        CASE
            WHEN created_at > NOW() - INTERVAL '7 days' AND lot < 20 THEN 'running'
            WHEN created_at > NOW() - INTERVAL '7 days' AND lot < 30 THEN 'pending'
            WHEN created_at > NOW() - INTERVAL '7 days' AND lot < 60 THEN 'paused'
            WHEN created_at > NOW() - INTERVAL '60 days' AND lot < 2 THEN 'paused'
            WHEN lot BETWEEN 60 AND 119 THEN 'failed'
            WHEN lot BETWEEN 120 AND 139 THEN 'cancelled'
            ELSE 'completed'
        END AS status
    FROM numbered
)
INSERT INTO workflow_executions (
    id, template_id, template_version, project_id, workspace_id, user_id, status, config_json, progress_percent, current_node_id,
    error_message, total_cost, nodes_total, nodes_settled, started_at, completed_at, created_at, updated_at)
SELECT
    'fill-' || lpad(n::text, 9, '0'), format('template-%s-%s', workspace, 1 + dice % 2), 'fill-version',
    format('project-%s-%s', workspace, 1 + dice % 3), 'workspace-' || workspace, format('user-%s-%s', workspace, 1 + dice % 5),
    status, jsonb_build_object('params', jsonb_build_object('topic', 'topic ' || dice, 'tone', 'warm'), 'model', 'offline'),
    CASE status WHEN 'completed' THEN 100 WHEN 'pending' THEN 0 ELSE 40 END,
    CASE WHEN status IN ('running', 'paused') THEN 'draw' END,
    CASE status WHEN 'failed' THEN 'The model answered 500' END,
    CASE WHEN status <> 'pending' THEN (dice % 500) / 1000.0 ELSE 0 END,
    5, CASE status WHEN 'completed' THEN 5 WHEN 'pending' THEN 0 ELSE 2 END,
    CASE WHEN status <> 'pending' THEN created_at + INTERVAL '1 second' END,
    CASE WHEN status IN ('completed', 'failed', 'cancelled') THEN created_at + duration END,
    created_at, created_at + duration
FROM settled
