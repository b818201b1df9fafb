-- The tables of the existing project (schema document, "Existing Tables") and what they refer to.
-- Where they exist they are left as they are: this system was called in later.

DO $$
BEGIN
    IF to_regclass('workspaces') IS NULL THEN
        CREATE TABLE workspaces (
            id VARCHAR PRIMARY KEY,
            name VARCHAR NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
        );
        INSERT INTO workspaces (id, name) VALUES ('default', 'Default workspace');
    END IF;

    IF to_regclass('users') IS NULL THEN
        CREATE TABLE users (
            id VARCHAR PRIMARY KEY,
            name VARCHAR NOT NULL,
            email VARCHAR,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
        );
        INSERT INTO users (id, name) VALUES ('default', 'Default user');
    END IF;

    IF to_regclass('projects') IS NULL THEN
        CREATE TABLE projects (
            id VARCHAR PRIMARY KEY,
            workspace_id VARCHAR REFERENCES workspaces(id),
            name VARCHAR NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
        );
        -- Only if the workspace is of our making too.
        INSERT INTO projects (id, workspace_id, name)
        SELECT 'default', id, 'Default project' FROM workspaces WHERE id = 'default';
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS documents (
    id VARCHAR PRIMARY KEY,
    workspace_id VARCHAR REFERENCES workspaces(id),
    project_id VARCHAR REFERENCES projects(id),
    title VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TABLE IF NOT EXISTS workflow_templates (
    id VARCHAR PRIMARY KEY,
    workspace_id VARCHAR REFERENCES workspaces(id),
    name VARCHAR NOT NULL,
    description TEXT,
    category VARCHAR,
    nodes_json JSONB NOT NULL DEFAULT '[]',
    edges_json JSONB NOT NULL DEFAULT '[]',
    default_params_json JSONB,
    is_system BOOLEAN DEFAULT FALSE,
    usage_count INTEGER DEFAULT 0,
    created_by VARCHAR REFERENCES users(id),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE
);

CREATE TABLE IF NOT EXISTS workflow_executions (
    id VARCHAR PRIMARY KEY,
    template_id VARCHAR REFERENCES workflow_templates(id) NOT NULL,
    project_id VARCHAR REFERENCES projects(id) NOT NULL,
    workspace_id VARCHAR REFERENCES workspaces(id) NOT NULL,
    user_id VARCHAR REFERENCES users(id) NOT NULL,
    status VARCHAR DEFAULT 'pending',
    config_json JSONB DEFAULT '{}',
    progress_percent INTEGER DEFAULT 0,
    current_node_id VARCHAR,
    error_message TEXT,
    total_cost NUMERIC(10, 6) DEFAULT 0.0,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TABLE IF NOT EXISTS agent_jobs (
    id VARCHAR PRIMARY KEY,
    execution_id VARCHAR REFERENCES workflow_executions(id) NOT NULL,
    node_id VARCHAR NOT NULL,
    job_type VARCHAR NOT NULL,
    status VARCHAR DEFAULT 'pending',
    input_data_json JSONB,
    output_data_json JSONB,
    error_message TEXT,
    tokens_used INTEGER DEFAULT 0,
    started_at TIMESTAMP WITH TIME ZONE,
    completed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TABLE IF NOT EXISTS document_attachments (
    id VARCHAR PRIMARY KEY,
    document_id VARCHAR REFERENCES documents(id) NOT NULL,
    image_id VARCHAR REFERENCES documents(id) NOT NULL,
    is_primary BOOLEAN DEFAULT FALSE,
    attachment_order INTEGER DEFAULT 0,
    created_by_workflow_id VARCHAR REFERENCES workflow_executions(id)
);
