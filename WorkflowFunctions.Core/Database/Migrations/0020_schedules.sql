-- Templates that are started by time. `next_run_at` is the next time that has not been dealt with: whoever starts an execution moves
-- it in the same transaction. `last_execution_id` is no reference, so that retention may archive the execution.
CREATE TABLE IF NOT EXISTS workflow_schedules (
    id VARCHAR PRIMARY KEY,
    template_id VARCHAR NOT NULL REFERENCES workflow_templates(id),
    workspace_id VARCHAR NOT NULL REFERENCES workspaces(id),
    project_id VARCHAR NOT NULL REFERENCES projects(id),
    user_id VARCHAR NOT NULL REFERENCES users(id),
    cron VARCHAR NOT NULL,
    time_zone VARCHAR NOT NULL DEFAULT 'UTC',
    params JSONB,
    config JSONB,
    on_missed VARCHAR NOT NULL DEFAULT 'skip' CHECK (on_missed IN ('skip', 'run_once', 'run_all')),
    is_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    next_run_at TIMESTAMP WITH TIME ZONE,
    last_run_at TIMESTAMP WITH TIME ZONE,
    last_execution_id VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_schedules_due ON workflow_schedules(next_run_at, id) WHERE is_enabled;
CREATE INDEX IF NOT EXISTS idx_schedules_created ON workflow_schedules(created_at DESC, id DESC);

-- A template that is deleted looks for them.
CREATE INDEX IF NOT EXISTS idx_schedules_template ON workflow_schedules(template_id);
