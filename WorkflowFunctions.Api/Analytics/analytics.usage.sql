SELECT
    e.workspace_id,
    j.job_type,
    COUNT(DISTINCT j.execution_id) AS executions,
    COUNT(*) AS jobs,
    COALESCE(SUM(j.tokens_used), 0)::bigint AS total_tokens,
    COALESCE(SUM(j.cost_usd), 0) AS total_cost
FROM workflow_executions e
JOIN agent_jobs j ON j.execution_id = e.id
WHERE e.created_at >= @from::date::timestamp AT TIME ZONE 'UTC'
  AND e.created_at < (@to::date + 1)::timestamp AT TIME ZONE 'UTC'
  AND (@workspace_id::text IS NULL OR e.workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY(@workspaces::text[]))
GROUP BY e.workspace_id, j.job_type
ORDER BY total_cost DESC, total_tokens DESC, e.workspace_id, j.job_type
