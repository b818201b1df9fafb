-- Who started an execution, for what asks anybody else.
ALTER TABLE workflow_executions ADD COLUMN IF NOT EXISTS created_by VARCHAR;

-- What the owner of a key belongs to: tasks may be for a group.
ALTER TABLE workflow_api_keys ADD COLUMN IF NOT EXISTS groups VARCHAR[];

-- Tasks are the jobs of approvals. Pages of those that are open, and of those that are done, newest first.
CREATE INDEX IF NOT EXISTS idx_agent_jobs_tasks
    ON agent_jobs((status = 'waiting'), started_at DESC, id DESC) WHERE job_type = 'approval';

-- Addresses that answer one task in the name of one person, without a login. The token in the address is not kept, only its hash (SHA-256).
-- That a link has been used is said by the answer, which names it.
CREATE TABLE IF NOT EXISTS workflow_task_links (
    id VARCHAR PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    execution_id VARCHAR NOT NULL,
    node_id VARCHAR NOT NULL,
    answers_as VARCHAR NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_by VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_task_links_task ON workflow_task_links(execution_id, node_id, created_at);

INSERT INTO workflow_row_policies VALUES (
    'workflow_task_links', 'ALL', 'SELECT, INSERT, UPDATE, DELETE',
    'EXISTS (SELECT 1 FROM workflow_executions e WHERE e.id = execution_id)', 'workflow_sees_execution(execution_id)')
ON CONFLICT DO NOTHING;

SELECT workflow_confine();
