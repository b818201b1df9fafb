-- As outcomes.sql, of the nodes of a body for some of its items. What others have written may have anything after the mark.
SELECT DISTINCT ON (node_id) node_id, status, attempt, branch, wake_at, waits_for, started_at
FROM agent_jobs
WHERE execution_id = @execution_id
  AND split_part(node_id, '#', 1) = ANY (@node_ids)
  AND starts_with(node_id, split_part(node_id, '#', 1) || @items || '#')
  AND CASE
          WHEN split_part(node_id, '#', @level) ~ '^[0-9]{1,6}$'
              THEN split_part(node_id, '#', @level)::int >= @from AND split_part(node_id, '#', @level)::int < @to
          ELSE FALSE
      END
ORDER BY node_id, (status = 'completed') DESC NULLS LAST, (id = execution_id || ':' || node_id) DESC, created_at DESC NULLS LAST, id
