-- Workers call these in sessions that live for long and keep the plans of their first calls, which may have been made on small tables. What
-- they look up they look up by its key, however many tasks there are by then.
ALTER FUNCTION workflow_settle_task(TEXT, TEXT, JSONB) SET enable_seqscan = off;
ALTER FUNCTION workflow_release_task(TEXT, TEXT[]) SET enable_seqscan = off;
ALTER FUNCTION workflow_heartbeat(TEXT, TEXT, JSONB) SET enable_seqscan = off;
