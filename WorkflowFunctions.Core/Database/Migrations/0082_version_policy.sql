-- A version of a template may be seen by whoever may see a save of it, too: one that was saved and has not run yet.
CREATE INDEX IF NOT EXISTS idx_template_saves_version ON workflow_template_saves(version);

UPDATE workflow_row_policies
SET can_see = can_see || ' OR EXISTS (SELECT 1 FROM workflow_template_saves s WHERE s.version = workflow_template_versions.id)'
WHERE table_name = 'workflow_template_versions' AND command = 'SELECT';

SELECT workflow_confine();
