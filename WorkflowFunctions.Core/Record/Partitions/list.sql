-- The partitions of the events.
SELECT c.relname::text
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass('workflow_execution_events')
ORDER BY c.relname
