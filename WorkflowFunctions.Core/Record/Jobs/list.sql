SELECT id, node_id, job_type, status, attempt, branch, tokens_used, cost_usd, error_message,
       input_data_json, output_data_json, started_at, completed_at, wake_at, waits_for,
       EXTRACT(EPOCH FROM (completed_at - started_at))::float8 AS duration
FROM agent_jobs
WHERE execution_id = @execution_id
ORDER BY created_at, started_at, id
