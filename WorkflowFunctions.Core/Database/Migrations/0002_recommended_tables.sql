-- Schema document, "Recommended Schema Additions". The document's own "Migration path" script may have run before.

-- Events are partitioned by quarter (schema document, "Partitioning for Large Tables"), unless the table is there already. The
-- primary key of a partitioned table has to hold the partition key. What falls into no quarter goes into the default partition.
DO $$
DECLARE
    quarter TIMESTAMP := date_trunc('quarter', NOW() AT TIME ZONE 'UTC');
BEGIN
    IF to_regclass('workflow_execution_events') IS NULL THEN
        CREATE TABLE workflow_execution_events (
            id BIGSERIAL,
            execution_id VARCHAR NOT NULL REFERENCES workflow_executions(id),
            event_type VARCHAR NOT NULL,
            node_id VARCHAR,
            event_data JSONB,
            severity VARCHAR DEFAULT 'info',
            message TEXT,
            created_by VARCHAR,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
            PRIMARY KEY (id, created_at)
        ) PARTITION BY RANGE (created_at);

        CREATE TABLE workflow_execution_events_default PARTITION OF workflow_execution_events DEFAULT;

        FOR i IN 1..2 LOOP
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF workflow_execution_events FOR VALUES FROM (%L) TO (%L)',
                'workflow_execution_events_' || to_char(quarter, 'YYYY"_q"Q'),
                quarter AT TIME ZONE 'UTC',
                (quarter + INTERVAL '3 months') AT TIME ZONE 'UTC');
            quarter := quarter + INTERVAL '3 months';
        END LOOP;
    END IF;
END
$$;

CREATE INDEX IF NOT EXISTS idx_workflow_events_execution ON workflow_execution_events(execution_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_workflow_events_node ON workflow_execution_events(execution_id, node_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_workflow_events_time ON workflow_execution_events(created_at DESC);

CREATE TABLE IF NOT EXISTS workflow_checkpoints (
    id VARCHAR PRIMARY KEY,
    execution_id VARCHAR NOT NULL REFERENCES workflow_executions(id),
    checkpoint_type VARCHAR NOT NULL,
    node_id VARCHAR NOT NULL,
    execution_state JSONB NOT NULL,
    completed_node_ids TEXT[],
    pending_node_ids TEXT[],
    node_outputs JSONB,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    is_latest BOOLEAN DEFAULT TRUE,
    created_by VARCHAR DEFAULT 'system'
);

CREATE INDEX IF NOT EXISTS idx_checkpoints_execution_latest ON workflow_checkpoints(execution_id, is_latest);

CREATE TABLE IF NOT EXISTS workflow_execution_metrics (
    id VARCHAR PRIMARY KEY,
    execution_id VARCHAR NOT NULL REFERENCES workflow_executions(id),
    total_duration_seconds INTEGER,
    execution_stage VARCHAR,
    total_tokens_used INTEGER DEFAULT 0,
    total_api_calls INTEGER DEFAULT 0,
    max_memory_mb INTEGER,
    total_cost_usd NUMERIC(10, 6) DEFAULT 0.0,
    cost_breakdown JSONB,
    node_stats JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

-- The document's "Migration path" makes the table without these two.
ALTER TABLE workflow_execution_metrics ADD COLUMN IF NOT EXISTS execution_stage VARCHAR;
ALTER TABLE workflow_execution_metrics ADD COLUMN IF NOT EXISTS max_memory_mb INTEGER;

CREATE INDEX IF NOT EXISTS idx_metrics_execution ON workflow_execution_metrics(execution_id);
CREATE INDEX IF NOT EXISTS idx_metrics_created ON workflow_execution_metrics(created_at DESC);

CREATE TABLE IF NOT EXISTS celery_tasks (
    task_id VARCHAR PRIMARY KEY,
    execution_id VARCHAR REFERENCES workflow_executions(id),
    task_name VARCHAR NOT NULL,
    task_args JSONB,
    task_kwargs JSONB,
    status VARCHAR NOT NULL,
    result JSONB,
    exception_message TEXT,
    traceback TEXT,
    retry_count INTEGER DEFAULT 0,
    max_retries INTEGER DEFAULT 3,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_celery_tasks_execution ON celery_tasks(execution_id);
CREATE INDEX IF NOT EXISTS idx_celery_tasks_status ON celery_tasks(status);
