-- The items of a loop's body are one node. What only waits is slow because it was told to be.
SELECT
    n.template_id, t.name AS template_name, n.node_id,
    (SELECT d.node #>> '{data,label}'
     FROM jsonb_path_query(t.nodes_json, '$[*]') AS d(node)
     WHERE d.node ->> 'id' = n.node_id
     LIMIT 1) AS node_label, n.job_type, n.jobs, n.failed, n.retried, n.avg_seconds, n.p95_seconds
FROM (
    SELECT
        e.template_id,
        split_part(j.node_id, '#', 1) AS node_id,
        j.job_type,
        COUNT(*) AS jobs,
        COUNT(*) FILTER (WHERE j.status = 'failed') AS failed,
        COUNT(*) FILTER (WHERE j.attempt > 1) AS retried,
        AVG(EXTRACT(EPOCH FROM j.completed_at - j.started_at))::float8 AS avg_seconds,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM j.completed_at - j.started_at)::float8) AS p95_seconds
    FROM workflow_executions e
    JOIN agent_jobs j ON j.execution_id = e.id
    WHERE e.created_at >= @from::date::timestamp AT TIME ZONE 'UTC'
      AND e.created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
      AND (@workspace_id::text IS NULL OR e.workspace_id = @workspace_id)
      AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY(@workspaces::text[]))
      AND j.status IN ('completed', 'failed')
      AND (@by_failures OR j.job_type NOT IN ('delay', 'approval', 'wait_for_signal'))
    GROUP BY e.template_id, split_part(j.node_id, '#', 1), j.job_type
) n
LEFT JOIN workflow_templates t ON t.id = n.template_id
WHERE NOT @by_failures OR n.failed > 0
ORDER BY CASE WHEN @by_failures THEN n.failed END DESC, CASE WHEN NOT @by_failures THEN n.p95_seconds END DESC NULLS LAST, n.template_id, n.node_id
LIMIT @limit
