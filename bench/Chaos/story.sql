-- Everything that has to hold for an execution that has ended, whatever happened to it on the way; one line for each that does not.
SELECT * FROM (
    SELECT e.id, CASE
        WHEN e.status = 'completed' AND e.progress_percent <> 100 THEN 'progress is ' || e.progress_percent
        WHEN EXISTS (SELECT 1 FROM agent_jobs j WHERE j.execution_id = e.id AND j.status IN ('pending', 'running', 'waiting')) THEN 'a job is not settled'
        WHEN EXISTS (
            SELECT 1 FROM agent_jobs j
            WHERE j.execution_id = e.id AND j.status IN ('completed', 'skipped', 'failed')
              AND 1 <> (SELECT count(*) FROM workflow_execution_events v WHERE v.execution_id = e.id AND v.node_id = j.node_id AND v.event_type = 'node_' || j.status)) THEN 'a node ended more or less than once'
        WHEN EXISTS (SELECT 1 FROM agent_jobs j WHERE j.execution_id = e.id GROUP BY j.node_id HAVING count(*) > 1) THEN 'a node has two jobs'
        WHEN 1 <> (SELECT count(*) FROM workflow_execution_events v WHERE v.execution_id = e.id AND v.event_type = e.status) THEN 'it ended more or less than once'
        WHEN 1 <> (SELECT count(*) FROM workflow_execution_metrics m WHERE m.execution_id = e.id) THEN 'its metrics are not there once'
        WHEN 1 <> (SELECT count(*) FROM workflow_checkpoints c WHERE c.execution_id = e.id AND c.is_latest) THEN 'it has no latest checkpoint'
        WHEN EXISTS (SELECT 1 FROM celery_tasks t WHERE t.execution_id = e.id AND t.status IN ('pending', 'started', 'retry')) THEN 'a task is open'
    END AS wrong
    FROM workflow_executions e
) AS told
WHERE wrong IS NOT NULL
