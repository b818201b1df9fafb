-- The metrics of executions that have ended, added up from their jobs; one row an execution, made anew if it ends again.
INSERT INTO workflow_execution_metrics AS m (
    id, execution_id, total_duration_seconds, execution_stage, total_tokens_used, total_api_calls, max_memory_mb,
    total_cost_usd, cost_breakdown, node_stats)
SELECT
    e.id || ':metrics', e.id,
    round(EXTRACT(EPOCH FROM (e.completed_at - COALESCE(e.started_at, e.completed_at))))::int,
    'post-processing',
    COALESCE(j.tokens, 0), COALESCE(j.api_calls, 0), @max_memory_mb,
    COALESCE(j.cost, 0), COALESCE(j.cost_breakdown, '{}'), COALESCE(j.node_stats, '{}')
FROM workflow_executions e
LEFT JOIN LATERAL (
    SELECT
        sum(n.tokens_used) AS tokens,
        sum(n.api_calls) AS api_calls,
        sum(n.cost_usd) AS cost,
        -- Most executions cost nothing, and are not gone through a second time.
        CASE WHEN sum(n.cost_usd) > 0 THEN (
            SELECT jsonb_object_agg(t.job_type, t.cost)
            FROM (SELECT job_type, sum(cost_usd) AS cost FROM agent_jobs WHERE execution_id = e.id GROUP BY job_type) t
            WHERE t.cost > 0) END AS cost_breakdown,
        jsonb_object_agg(n.node_id, jsonb_build_object(
            'duration', round(EXTRACT(EPOCH FROM (n.completed_at - n.started_at))::numeric, 3),
            'tokens', n.tokens_used, 'cost', n.cost_usd, 'attempts', n.attempt)) FILTER (WHERE n.started_at IS NOT NULL) AS node_stats
    FROM agent_jobs n
    WHERE n.execution_id = e.id
) j ON TRUE
WHERE e.id = ANY (@ids) AND e.status IN ('completed', 'failed', 'cancelled')
ON CONFLICT (id) DO UPDATE SET
    total_duration_seconds = excluded.total_duration_seconds,
    total_tokens_used = excluded.total_tokens_used,
    total_api_calls = excluded.total_api_calls,
    max_memory_mb = GREATEST(m.max_memory_mb, excluded.max_memory_mb),
    total_cost_usd = excluded.total_cost_usd,
    cost_breakdown = excluded.cost_breakdown,
    node_stats = excluded.node_stats,
    created_at = NOW()
