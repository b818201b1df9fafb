INSERT INTO celery_tasks (
    task_id, execution_id, task_name, task_args, task_kwargs, status, exception_message, retry_count, max_retries, created_at, started_at, completed_at)
SELECT
    j.id, j.execution_id, 'workflow.' || j.job_type, jsonb_build_array(j.execution_id, j.node_id), '{}',
    CASE j.status WHEN 'completed' THEN 'success' WHEN 'running' THEN 'started' ELSE 'failure' END,
    j.error_message, 0, 0, j.created_at, j.started_at, j.completed_at
FROM agent_jobs j
WHERE j.execution_id BETWEEN 'fill-' || lpad(@first::text, 9, '0') AND 'fill-' || lpad(@last::text, 9, '0')
ORDER BY j.execution_id, j.started_at
