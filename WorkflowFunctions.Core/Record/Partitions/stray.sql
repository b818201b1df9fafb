-- The quarters of the rows that fell into the default partition. Dates out of all bounds stay there.
SELECT DISTINCT date_trunc('quarter', created_at, 'UTC')
FROM workflow_execution_events_default
WHERE created_at >= '1970-01-01+00' AND created_at < '3000-01-01+00'
ORDER BY 1
