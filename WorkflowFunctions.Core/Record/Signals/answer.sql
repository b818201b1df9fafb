SELECT created_by, created_at, payload FROM workflow_signals
WHERE execution_id = @execution_id AND name = @name AND is_answer AND retired_at IS NULL
