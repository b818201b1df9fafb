-- Days that are over from the summary, those since its last refresh as they are now. Percentiles cannot be added up: theirs is the days' own, weighted by
-- their jobs. The items of a loop's body are one node. What only waits is slow because it was told to be.
SELECT
    n.template_id, t.name AS template_name, n.node_id,
    (SELECT d.node #>> '{data,label}'
     FROM jsonb_path_query(t.nodes_json, '$[*]') AS d(node)
     WHERE d.node ->> 'id' = n.node_id
     LIMIT 1) AS node_label, n.job_type, n.jobs, n.failed, n.retried, n.avg_seconds, n.p95_seconds
FROM (
    SELECT
        template_id, node_id, job_type,
        SUM(settled_jobs)::bigint AS jobs,
        SUM(failed_jobs)::bigint AS failed,
        SUM(retried_jobs)::bigint AS retried,
        (SUM(avg_seconds * timed_jobs) / NULLIF(SUM(timed_jobs), 0))::float8 AS avg_seconds,
        (SUM(p95_seconds * timed_jobs) / NULLIF(SUM(timed_jobs), 0))::float8 AS p95_seconds
    FROM (
        SELECT
            workspace_id, template_id, node_id, job_type, settled_jobs, failed_jobs, retried_jobs, timed_jobs, avg_seconds, p95_seconds
        FROM workflow_node_summary_seen
        WHERE NOT is_type AND settled_jobs > 0
          AND execution_date BETWEEN @from::date AND @to::date AND execution_date < @counted_until::date
        UNION ALL
        SELECT
            e.workspace_id, e.template_id, split_part(j.node_id, '#', 1), j.job_type,
            COUNT(*), COUNT(*) FILTER (WHERE j.status = 'failed'), COUNT(*) FILTER (WHERE j.attempt > 1),
            COUNT(j.completed_at - j.started_at),
            AVG(EXTRACT(EPOCH FROM j.completed_at - j.started_at)::float8),
            percentile_cont(0.95) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM j.completed_at - j.started_at)::float8)
        FROM workflow_executions e
        JOIN agent_jobs j ON j.execution_id = e.id
        WHERE e.created_at >= GREATEST(@from::date, @counted_until::date)::timestamp AT TIME ZONE 'UTC'
          AND e.created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
          AND j.status IN ('completed', 'failed')
        GROUP BY e.workspace_id, e.template_id, split_part(j.node_id, '#', 1), j.job_type
    ) days
    WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
      AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
      AND (@by_failures OR job_type NOT IN ('delay', 'approval', 'wait_for_signal'))
    GROUP BY template_id, node_id, job_type
) n
LEFT JOIN workflow_templates t ON t.id = n.template_id
WHERE NOT @by_failures OR n.failed > 0
ORDER BY CASE WHEN @by_failures THEN n.failed END DESC, CASE WHEN NOT @by_failures THEN n.p95_seconds END DESC NULLS LAST, n.template_id, n.node_id
LIMIT @limit
