-- Every save of a template: which version it made, who saved it, and why. A version is a graph, whatever template it is of.
CREATE TABLE IF NOT EXISTS workflow_template_saves (
    id VARCHAR PRIMARY KEY,
    template_id VARCHAR NOT NULL REFERENCES workflow_templates(id) ON DELETE CASCADE,
    version VARCHAR NOT NULL REFERENCES workflow_template_versions(id),
    name VARCHAR NOT NULL,
    default_params_json JSONB,
    saved_by VARCHAR,
    message TEXT,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX IF NOT EXISTS idx_template_saves ON workflow_template_saves(template_id, saved_at DESC, id DESC);

-- The version that runs where nobody names another one; without it, what was saved last. And outputs that runs from the editor take for given.
ALTER TABLE workflow_templates
    ADD COLUMN IF NOT EXISTS published_version VARCHAR REFERENCES workflow_template_versions(id),
    ADD COLUMN IF NOT EXISTS pins_json JSONB;

INSERT INTO workflow_row_policies VALUES (
    'workflow_template_saves', 'ALL', 'SELECT, INSERT, DELETE',
    'EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = template_id)', 'EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = template_id)')
ON CONFLICT DO NOTHING;

SELECT workflow_confine();
