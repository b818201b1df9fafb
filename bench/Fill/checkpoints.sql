INSERT INTO workflow_checkpoints (
    id, execution_id, checkpoint_type, node_id, execution_state, completed_node_ids, pending_node_ids, node_outputs, reason, created_at)
SELECT
    'cp-' || e.id, e.id, CASE e.status WHEN 'paused' THEN 'pause' ELSE 'auto' END, 'write',
    jsonb_build_object('status', e.status, 'progress_percent', e.progress_percent, 'config', e.config_json),
    ARRAY['start', 'write'], ARRAY['draw', 'join', 'done'],
    jsonb_build_object('write', jsonb_build_object('text', repeat(md5(e.id) || ' ', 8))),
    'Execution ' || e.status, COALESCE(e.completed_at, e.started_at)
FROM workflow_executions e
WHERE e.id BETWEEN 'fill-' || lpad(@first::text, 9, '0') AND 'fill-' || lpad(@last::text, 9, '0') AND e.status <> 'pending'
ORDER BY e.id
