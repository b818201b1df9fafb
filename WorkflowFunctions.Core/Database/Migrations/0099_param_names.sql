-- JSONB keeps no order of an object's members: the names of a template's default params, in the order in which they were sent.
ALTER TABLE workflow_templates ADD COLUMN IF NOT EXISTS param_names TEXT[];
