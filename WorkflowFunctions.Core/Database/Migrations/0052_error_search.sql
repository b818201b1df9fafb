-- Failed executions by any part of their error, so that a search which finds nothing does not read all of them. The extension comes with PostgreSQL
-- and may be created by whoever may create in the database. Where it is not installed or not allowed, the search does without.
DO $$
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE 'Errors are searched without an index: %', SQLERRM;
    END;

    IF EXISTS (SELECT 1 FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid)) THEN
        CREATE INDEX IF NOT EXISTS idx_executions_error_text ON workflow_executions USING gin (error_message gin_trgm_ops) WHERE status = 'failed';
    END IF;
END
$$;
