-- What loops, waits, sub-workflows, retries and forks need beyond the document. Every column may be absent from rows that others insert.

ALTER TABLE workflow_executions
    -- Nothing is to be done before then; 'infinity' where only a signal is waited for.
    ADD COLUMN IF NOT EXISTS wake_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS deadline_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS paused_at TIMESTAMP WITH TIME ZONE,
    -- No references: relatives are archived each at its own time.
    ADD COLUMN IF NOT EXISTS parent_execution_id VARCHAR,
    ADD COLUMN IF NOT EXISTS parent_node_id VARCHAR,
    ADD COLUMN IF NOT EXISTS depth INTEGER DEFAULT 0,
    ADD COLUMN IF NOT EXISTS origin_execution_id VARCHAR,
    ADD COLUMN IF NOT EXISTS origin_checkpoint_id VARCHAR,
    ADD COLUMN IF NOT EXISTS retries INTEGER DEFAULT 0;

CREATE INDEX IF NOT EXISTS idx_executions_parent
    ON workflow_executions(parent_execution_id) WHERE parent_execution_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS idx_executions_origin
    ON workflow_executions(origin_execution_id) WHERE origin_execution_id IS NOT NULL;

ALTER TABLE agent_jobs
    -- Of a job that waits: {"signal": …} or {"items": …, "max_parallel": …}.
    ADD COLUMN IF NOT EXISTS waits_for JSONB;

-- Signals are kept until a node takes them, and after that with the name of the job that did.
CREATE TABLE IF NOT EXISTS workflow_signals (
    id BIGSERIAL PRIMARY KEY,
    execution_id VARCHAR NOT NULL REFERENCES workflow_executions(id) ON DELETE CASCADE,
    name VARCHAR NOT NULL,
    payload JSONB,
    -- The answer to a question that is answered once.
    is_answer BOOLEAN NOT NULL DEFAULT FALSE,
    created_by VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    job_id VARCHAR,
    -- The job that took it has been set back, and is to wait anew.
    retired_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_signals_execution ON workflow_signals(execution_id, name, id);

CREATE INDEX IF NOT EXISTS idx_signals_untaken ON workflow_signals(execution_id, name) WHERE job_id IS NULL AND retired_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS idx_signals_answer ON workflow_signals(execution_id, name) WHERE is_answer AND retired_at IS NULL;
