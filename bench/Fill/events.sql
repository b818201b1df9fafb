-- Ten events of an execution that has ended, fewer of one that has not, in the order in which they happened.
INSERT INTO workflow_execution_events (execution_id, event_type, node_id, event_data, severity, message, created_by, created_at)
SELECT
    e.id, COALESCE(v.event_type, e.status), v.node_id,
    CASE v.event_type WHEN 'node_completed' THEN jsonb_build_object('duration_seconds', 0.9, 'tokens_used', 150, 'output_length', 2000) END,
    CASE WHEN v.event_type IS NULL AND e.status = 'failed' THEN 'error' ELSE 'info' END,
    COALESCE(v.message, 'Execution ' || e.status), 'worker-1', e.created_at + v.position * INTERVAL '500 milliseconds'
FROM workflow_executions e
CROSS JOIN (VALUES
    (1, 'created', NULL, 'Execution accepted'),
    (2, 'started', NULL, 'Execution started'),
    (3, 'node_started', 'start', 'Started start'),
    (4, 'node_completed', 'start', 'Completed start'),
    (5, 'node_started', 'write', 'Started writing'),
    (6, 'node_completed', 'write', 'Completed writing'),
    (7, 'node_started', 'draw', 'Started drawing'),
    (8, 'node_completed', 'draw', 'Completed drawing'),
    (9, 'node_completed', 'done', 'Completed done'),
    (10, NULL, NULL, NULL)) AS v(position, event_type, node_id, message)
WHERE e.id BETWEEN 'fill-' || lpad(@first::text, 9, '0') AND 'fill-' || lpad(@last::text, 9, '0')
  AND v.position <= CASE e.status WHEN 'pending' THEN 1 WHEN 'running' THEN 7 WHEN 'paused' THEN 7 ELSE 10 END
ORDER BY e.id, v.position
