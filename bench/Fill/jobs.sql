-- What the engine leaves of an execution of five nodes: one that has not ended has completed two of them and is at the third.
INSERT INTO agent_jobs (
    id, execution_id, node_id, job_type, status, input_data_json, output_data_json, error_message, tokens_used, cost_usd, api_calls,
    attempt, started_at, completed_at, created_at)
SELECT
    j.execution_id || ':' || j.node_id, j.execution_id, j.node_id, j.job_type, j.status,
    jsonb_build_object('job_type', j.job_type, 'model', 'offline', 'prompt', 'Write about ' || md5(j.execution_id) || '.',
        'settings', jsonb_build_object('temperature', 0.7, 'max_tokens', 500)),
    CASE j.status WHEN 'completed' THEN jsonb_build_object('text', repeat(md5(j.execution_id || j.node_id) || ' ', 8), 'ok', TRUE) END,
    CASE j.status WHEN 'failed' THEN 'The model answered 500' END,
    CASE WHEN j.node_id = 'write' THEN 150 ELSE 0 END, CASE WHEN j.node_id = 'write' THEN 0.01 ELSE 0 END, CASE WHEN j.node_id = 'write' THEN 1 ELSE 0 END,
    1, j.started_at, CASE WHEN j.status <> 'running' THEN j.started_at + INTERVAL '900 milliseconds' END, j.started_at
FROM (
    SELECT
        e.id AS execution_id, n.node_id, n.job_type,
        e.started_at + n.position * INTERVAL '1 second' AS started_at,
        CASE
            WHEN n.position <= 2 OR e.status = 'completed' THEN 'completed'
            WHEN e.status IN ('running', 'paused') THEN CASE n.position WHEN 3 THEN 'running' END
            WHEN e.status = 'failed' AND n.position = 3 THEN 'failed'
            ELSE 'cancelled'
        END AS status
    FROM workflow_executions e
    CROSS JOIN (VALUES (1, 'start', 'input'), (2, 'write', 'generate_copy'), (3, 'draw', 'transform'), (4, 'join', 'merge'), (5, 'done', 'output'))
        AS n(position, node_id, job_type)
    WHERE e.id BETWEEN 'fill-' || lpad(@first::text, 9, '0') AND 'fill-' || lpad(@last::text, 9, '0') AND e.status <> 'pending'
    ORDER BY e.id, n.position
) j
WHERE j.status IS NOT NULL
