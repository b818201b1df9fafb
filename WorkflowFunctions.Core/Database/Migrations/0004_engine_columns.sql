-- What the engine needs beyond the document. Every column may be absent from rows that others insert.

-- A template as it was when an execution started: its id is the hash of its content, so equal ones are stored once.
CREATE TABLE IF NOT EXISTS workflow_template_versions (
    id VARCHAR PRIMARY KEY,
    nodes_json JSONB NOT NULL,
    edges_json JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

ALTER TABLE workflow_executions
    ADD COLUMN IF NOT EXISTS template_version VARCHAR REFERENCES workflow_template_versions(id),
    ADD COLUMN IF NOT EXISTS idempotency_key VARCHAR,
    ADD COLUMN IF NOT EXISTS nodes_total INTEGER,
    ADD COLUMN IF NOT EXISTS nodes_settled INTEGER DEFAULT 0,
    ADD COLUMN IF NOT EXISTS updated_at TIMESTAMP WITH TIME ZONE;

CREATE UNIQUE INDEX IF NOT EXISTS idx_executions_idempotency_key
    ON workflow_executions(workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- The engine asks every few seconds what is not finished; nearly all rows are.
CREATE INDEX IF NOT EXISTS idx_executions_unfinished
    ON workflow_executions(created_at) WHERE status IN ('pending', 'running');

CREATE INDEX IF NOT EXISTS idx_executions_workspace_created ON workflow_executions(workspace_id, created_at DESC, id DESC);

ALTER TABLE agent_jobs
    ADD COLUMN IF NOT EXISTS attempt INTEGER DEFAULT 0,
    ADD COLUMN IF NOT EXISTS branch VARCHAR,
    ADD COLUMN IF NOT EXISTS wake_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN IF NOT EXISTS cost_usd NUMERIC(10, 6) DEFAULT 0.0,
    ADD COLUMN IF NOT EXISTS api_calls INTEGER DEFAULT 0;

-- The bytes of documents that workflows make. Apart from `documents`, which belongs to the existing project.
CREATE TABLE IF NOT EXISTS document_contents (
    document_id VARCHAR PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    media_type VARCHAR NOT NULL,
    title VARCHAR,
    content BYTEA NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

-- An existing `documents` may lack what a workflow's document needs to be found.
ALTER TABLE documents
    ADD COLUMN IF NOT EXISTS workspace_id VARCHAR REFERENCES workspaces(id),
    ADD COLUMN IF NOT EXISTS project_id VARCHAR REFERENCES projects(id),
    ADD COLUMN IF NOT EXISTS title VARCHAR;
