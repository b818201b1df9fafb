SELECT input_data_json -> 'items' -> @index FROM agent_jobs WHERE id = @id
