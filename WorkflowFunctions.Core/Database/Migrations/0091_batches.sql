-- Many executions of a template that are asked for at once: the limits that hold over all of them, and how far they are. What an execution
-- is started with is here as it was when the batch was made: all of its rows run the same version. created_by of its executions is its id.
CREATE TABLE IF NOT EXISTS workflow_batches (
    id VARCHAR PRIMARY KEY,
    template_id VARCHAR NOT NULL REFERENCES workflow_templates(id),
    template_version VARCHAR NOT NULL,
    workspace_id VARCHAR NOT NULL REFERENCES workspaces(id),
    project_id VARCHAR NOT NULL REFERENCES projects(id),
    user_id VARCHAR NOT NULL REFERENCES users(id),
    name VARCHAR,
    -- Of its executions, the template's default params among it.
    config JSONB NOT NULL,
    -- The params that its rows give, in the order of the columns.
    param_names VARCHAR[] NOT NULL,
    max_parallel INTEGER NOT NULL,
    max_cost_usd NUMERIC,
    status VARCHAR NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'completed', 'cancelled')),
    -- Why it is paused or cancelled.
    reason TEXT,
    idempotency_key VARCHAR,
    created_by VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE,
    -- When its last execution ended.
    completed_at TIMESTAMP WITH TIME ZONE
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_batches_key ON workflow_batches(workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_batches_created ON workflow_batches(created_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_batches_active ON workflow_batches(created_at) WHERE completed_at IS NULL;

-- A template that is deleted looks for them.
CREATE INDEX IF NOT EXISTS idx_batches_template ON workflow_batches(template_id);

-- A row is one execution: it gets it in the transaction that inserts the execution. One that is pending and has an execution waits for that one's
-- retry. No reference to the execution, so that retention may archive it, and it may be partitioned.
CREATE TABLE IF NOT EXISTS workflow_batch_rows (
    batch_id VARCHAR NOT NULL REFERENCES workflow_batches(id) ON DELETE CASCADE,
    -- From 1, in the order of what was sent.
    number INTEGER NOT NULL,
    params JSONB NOT NULL,
    status VARCHAR NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    execution_id VARCHAR,
    cost_usd NUMERIC,
    PRIMARY KEY (batch_id, number)
);

CREATE INDEX IF NOT EXISTS idx_batch_rows_status ON workflow_batch_rows(batch_id, status, number);
CREATE INDEX IF NOT EXISTS idx_batch_rows_execution ON workflow_batch_rows(execution_id) WHERE execution_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_batch_rows_cost ON workflow_batch_rows(batch_id) INCLUDE (cost_usd) WHERE cost_usd > 0;

-- A row ends with its execution, and goes on when that one is retried, whoever does it: in the same transaction. With the rights of the owner
-- of the tables, as whoever changes an execution need not know of batches.
CREATE OR REPLACE FUNCTION workflow_batch_row_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE workflow_batch_rows
    SET status = CASE WHEN NEW.status IN ('completed', 'failed', 'cancelled') THEN NEW.status ELSE 'running' END, cost_usd = NEW.total_cost
    WHERE execution_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER workflow_batch_row_follows
AFTER UPDATE OF status ON workflow_executions
FOR EACH ROW WHEN (
    NEW.created_by LIKE 'batch-%'
    AND (NEW.status::text IN ('completed', 'failed', 'cancelled')) <> (OLD.status::text IN ('completed', 'failed', 'cancelled')))
EXECUTE FUNCTION workflow_batch_row_follows();

DO $$
DECLARE
    of_workspace CONSTANT TEXT := 'workspace_id = ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[])';
    of_batch CONSTANT TEXT := 'EXISTS (SELECT 1 FROM workflow_batches b WHERE b.id = batch_id)';
BEGIN
    INSERT INTO workflow_row_policies VALUES
        ('workflow_batches', 'ALL', 'SELECT, INSERT, UPDATE, DELETE',
         of_workspace, of_workspace || ' AND EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = template_id)'),
        ('workflow_batch_rows', 'ALL', 'SELECT, INSERT, UPDATE, DELETE',
         of_batch, of_batch || ' AND (execution_id IS NULL OR workflow_sees_execution(execution_id))')
    ON CONFLICT DO NOTHING;
END
$$;

SELECT workflow_confine();
