-- The nodes that wait for a signal of a name.
SELECT node_id FROM agent_jobs
WHERE execution_id = @execution_id AND status = 'waiting' AND waits_for ->> 'signal' = @name
