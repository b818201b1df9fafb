-- The items of a loop, unless they are more than a process should hold at once.
SELECT input_data_json -> 'items' FROM agent_jobs WHERE id = @id AND pg_column_size(input_data_json) < 4000000
