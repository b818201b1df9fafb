SELECT
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS "limit",
    -- What runs executions holds this lock: each worker of the Functions app, or the leader of a server of one machine.
    (SELECT count(*)::int FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = @lead AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS workers
