INSERT INTO workflow_execution_metrics (
    id, execution_id, total_duration_seconds, execution_stage, total_tokens_used, total_api_calls, max_memory_mb, total_cost_usd,
    cost_breakdown, node_stats, created_at)
SELECT
    e.id || ':metrics', e.id, EXTRACT(EPOCH FROM e.completed_at - e.started_at)::int, 'post-processing', 150, 1, 120, e.total_cost,
    jsonb_build_object('generate_copy', e.total_cost),
    jsonb_build_object('write', jsonb_build_object('duration', 0.9, 'tokens', 150, 'cost', e.total_cost, 'attempts', 1)), e.completed_at
FROM workflow_executions e
WHERE e.id BETWEEN 'fill-' || lpad(@first::text, 9, '0') AND 'fill-' || lpad(@last::text, 9, '0') AND e.completed_at IS NOT NULL
ORDER BY e.id
