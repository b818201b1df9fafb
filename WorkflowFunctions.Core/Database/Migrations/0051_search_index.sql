-- Executions by the beginning of their id, whatever language the database sorts by.
CREATE INDEX IF NOT EXISTS idx_executions_id_prefix ON workflow_executions(id varchar_pattern_ops);
