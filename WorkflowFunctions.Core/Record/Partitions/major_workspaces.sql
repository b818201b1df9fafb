-- The workspaces with many rows in a table, the largest first.
SELECT workspace_id
FROM {source}
GROUP BY workspace_id
HAVING count(*) >= @major_rows
ORDER BY count(*) DESC, workspace_id
