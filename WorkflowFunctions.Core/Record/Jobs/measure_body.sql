-- How large the results are that collect.sql would gather, one after another, so that they are never in memory together.
SELECT COALESCE(sum(octet_length(j.output_data_json::text)), 0)::bigint
FROM generate_series(0, @count - 1) AS i(index)
CROSS JOIN unnest(@ends::text[]) AS e(id)
JOIN agent_jobs j ON j.id = @execution_id || ':' || e.id || @items || '#' || i.index
