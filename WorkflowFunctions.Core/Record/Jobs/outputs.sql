-- Of several jobs of a node, which other writers make, the one counts that completed last.
SELECT DISTINCT ON (node_id) node_id, output_data_json AS output
FROM agent_jobs
WHERE execution_id = @execution_id AND node_id = ANY (@node_ids) AND status IN ('completed', 'failed')
ORDER BY node_id, (status = 'completed') DESC, completed_at DESC NULLS LAST, id
