-- Schema document, query 2. Of several jobs of the node the one that runs counts, or else the one that began last.
SELECT
    e.id, e.status, e.progress_percent, e.current_node_id, j.job_type AS current_node_type,
    EXTRACT(EPOCH FROM (COALESCE(j.completed_at, NOW()) - j.started_at))::float8 AS current_node_duration_seconds
FROM workflow_executions e
LEFT JOIN LATERAL (
    SELECT job_type, started_at, completed_at
    FROM agent_jobs
    WHERE execution_id = e.id AND node_id = e.current_node_id
    ORDER BY status = 'running' DESC NULLS LAST, started_at DESC NULLS LAST, id
    LIMIT 1
) j ON TRUE
WHERE e.id = @id
