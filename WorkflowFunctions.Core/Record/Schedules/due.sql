-- The next schedules that are due, in the order of the index. Locks nothing.
SELECT *
FROM workflow_schedules
WHERE is_enabled
  AND next_run_at <= @now::timestamptz
  AND (@after_id::text IS NULL OR (next_run_at, id) > (@after_time::timestamptz, @after_id))
ORDER BY next_run_at, id
LIMIT @limit
