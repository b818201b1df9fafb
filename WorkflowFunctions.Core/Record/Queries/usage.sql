-- Schema document, query 4. Several jobs of a node are one node, and the tokens of all of them.
SELECT
    execution_id,
    job_type,
    COUNT(DISTINCT node_id) AS node_count,
    COALESCE(SUM(tokens_used), 0) AS total_tokens,
    COALESCE(AVG(tokens_used), 0)::float8 AS avg_tokens,
    EXTRACT(EPOCH FROM AVG(completed_at - started_at))::float8 AS avg_duration_seconds
FROM agent_jobs
WHERE execution_id = @id AND status = 'completed'
GROUP BY execution_id, job_type
ORDER BY job_type
