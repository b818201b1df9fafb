-- When a template was archived: the library does not show it any more, and everything else goes on with it.
ALTER TABLE workflow_templates ADD COLUMN IF NOT EXISTS archived_at TIMESTAMP WITH TIME ZONE;
