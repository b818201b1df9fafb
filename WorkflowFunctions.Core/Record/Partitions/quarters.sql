-- The quarters of the rows of a table. Dates out of all bounds stay in the default partition.
SELECT DISTINCT date_trunc('quarter', created_at, 'UTC')
FROM {source}
WHERE created_at >= '1970-01-01+00' AND created_at < '3000-01-01+00'
ORDER BY 1
