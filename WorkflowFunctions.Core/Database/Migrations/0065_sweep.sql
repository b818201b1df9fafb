-- When the Functions app looks next whether an execution still moves (Executions/sweep.sql). Whoever inserts a row need not know of it. It is
-- moved by whoever looks, so that what there is to look at is a short range of the index, however many executions there are.
ALTER TABLE workflow_executions
    ADD COLUMN IF NOT EXISTS sweep_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW();

CREATE INDEX IF NOT EXISTS idx_executions_sweep ON workflow_executions(sweep_at) WHERE status IN ('pending', 'running');
