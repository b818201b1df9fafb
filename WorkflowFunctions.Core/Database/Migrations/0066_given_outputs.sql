-- An execution may begin with nodes that do not run. It says how many, and each of their jobs says where it comes from: the id of the job or of
-- the checkpoint that its output was recorded in, or 'request' where the start says how it stands.
ALTER TABLE workflow_executions
    ADD COLUMN IF NOT EXISTS given_nodes INTEGER NOT NULL DEFAULT 0;

ALTER TABLE agent_jobs
    ADD COLUMN IF NOT EXISTS given_from VARCHAR;
