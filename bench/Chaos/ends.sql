-- How each execution of a template ended: its status, the number of its jobs, and the outputs of its last nodes.
SELECT e.id, e.status,
       (SELECT count(*) FROM agent_jobs j WHERE j.execution_id = e.id)::int AS jobs,
       (SELECT jsonb_object_agg(j.node_id, j.output_data_json) FROM agent_jobs j
        WHERE j.execution_id = e.id AND j.node_id = ANY (@ends) AND j.output_data_json IS NOT NULL)::text AS outputs
FROM workflow_executions e
WHERE e.template_id = @template_id
