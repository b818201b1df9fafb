-- name: list
-- The partitions of a table.
SELECT c.relname::text
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(@table)
ORDER BY c.relname

-- name: major_workspaces
-- The workspaces with many rows in a table, the largest first.
SELECT workspace_id
FROM {source}
GROUP BY workspace_id
HAVING count(*) >= @major_rows
ORDER BY count(*) DESC, workspace_id

-- name: quarters
-- The quarters of the rows of a table. Dates out of all bounds stay in the default partition.
SELECT DISTINCT date_trunc('quarter', created_at, 'UTC')
FROM {source}
WHERE created_at >= '1970-01-01+00' AND created_at < '3000-01-01+00'
ORDER BY 1
