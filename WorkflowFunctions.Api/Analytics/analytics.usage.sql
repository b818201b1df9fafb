-- Days that are over from the summary, those since its last refresh as they are now.
SELECT
    workspace_id,
    job_type,
    SUM(total_executions)::bigint AS executions,
    SUM(total_jobs)::bigint AS jobs,
    SUM(total_tokens)::bigint AS total_tokens,
    SUM(total_cost) AS total_cost
FROM (
    SELECT workspace_id, job_type, total_executions, total_jobs, total_tokens, total_cost
    FROM workflow_node_summary_seen
    WHERE is_type
      AND execution_date BETWEEN @from::date AND @to::date AND execution_date < @counted_until::date
    UNION ALL
    SELECT
        e.workspace_id, j.job_type, COUNT(DISTINCT j.execution_id), COUNT(*), COALESCE(SUM(j.tokens_used), 0), COALESCE(SUM(j.cost_usd), 0)
    FROM workflow_executions e
    JOIN agent_jobs j ON j.execution_id = e.id
    WHERE e.created_at >= GREATEST(@from::date, @counted_until::date)::timestamp AT TIME ZONE 'UTC'
      AND e.created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY e.workspace_id, j.job_type
) days
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
GROUP BY workspace_id, job_type
ORDER BY total_cost DESC, total_tokens DESC, workspace_id, job_type
