-- Nodes that an answer of a model brought out of step: what was not foreseen has a traceback of the program's own.
SELECT j.job_type || ': ' || split_part(c.traceback, E'\n', 1)
FROM celery_tasks c
JOIN agent_jobs j ON j.id = c.task_id
WHERE c.traceback IS NOT NULL AND j.job_type IN ('generate_copy', 'generate_image')
GROUP BY 1
LIMIT 20
