-- Addresses that start a template. The token in the address is not kept, only its hash (SHA-256).
CREATE TABLE IF NOT EXISTS workflow_hooks (
    id VARCHAR PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    template_id VARCHAR NOT NULL REFERENCES workflow_templates(id),
    workspace_id VARCHAR NOT NULL REFERENCES workspaces(id),
    project_id VARCHAR NOT NULL REFERENCES projects(id),
    user_id VARCHAR NOT NULL REFERENCES users(id),
    name VARCHAR,
    config JSONB,
    is_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_hooks_created ON workflow_hooks(created_at DESC, id DESC);

-- A template that is deleted looks for them.
CREATE INDEX IF NOT EXISTS idx_hooks_template ON workflow_hooks(template_id);
