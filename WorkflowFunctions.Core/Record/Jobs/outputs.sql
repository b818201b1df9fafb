SELECT node_id, output_data_json AS output
FROM agent_jobs
WHERE execution_id = @execution_id AND node_id = ANY (@node_ids) AND status IN ('completed', 'failed')
