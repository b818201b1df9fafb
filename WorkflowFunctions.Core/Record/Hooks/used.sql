-- A hook that is called many times a second is written once a second.
UPDATE workflow_hooks SET last_used_at = NOW()
WHERE id = @id AND (last_used_at IS NULL OR last_used_at < NOW() - interval '1 second')
