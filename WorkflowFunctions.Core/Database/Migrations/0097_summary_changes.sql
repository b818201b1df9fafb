-- How many completed executions took how long, by day: percentiles cannot be added up, counts can. A step is 4 % of the time before it, so that what
-- is read from them is at most 2 % off. Where is_all, a row is of all workspaces together. It is refreshed with the other summaries.
CREATE OR REPLACE FUNCTION workflow_duration_step(seconds DOUBLE PRECISION) RETURNS INTEGER
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT round(ln(GREATEST(seconds, 0.001)) * 25)::integer';

CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_duration_summary AS
SELECT
    GROUPING(workspace_id) = 1 AS is_all,
    COALESCE(workspace_id, '') AS workspace_id,
    DATE(created_at AT TIME ZONE 'UTC') AS execution_date,
    workflow_duration_step(EXTRACT(EPOCH FROM completed_at - started_at)::float8) AS step,
    COUNT(*) AS executions
FROM workflow_executions
WHERE status = 'completed' AND started_at IS NOT NULL AND completed_at IS NOT NULL
  AND created_at >= ((NOW() AT TIME ZONE 'UTC')::date - 90)::timestamp AT TIME ZONE 'UTC'
GROUP BY GROUPING SETS (
    (DATE(created_at AT TIME ZONE 'UTC'), workflow_duration_step(EXTRACT(EPOCH FROM completed_at - started_at)::float8)),
    (DATE(created_at AT TIME ZONE 'UTC'), workflow_duration_step(EXTRACT(EPOCH FROM completed_at - started_at)::float8), workspace_id));

CREATE UNIQUE INDEX IF NOT EXISTS idx_duration_summary_date ON workflow_duration_summary(is_all, execution_date, workspace_id, step);

-- What has changed of days that are over since the summaries were refreshed: these days are counted anew, workspace by workspace, and stand
-- before what the summaries say of them, until the next refresh.
CREATE TABLE IF NOT EXISTS workflow_changed_days (
    workspace_id VARCHAR NOT NULL,
    execution_date DATE NOT NULL,
    counted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (workspace_id, execution_date)
);

CREATE TABLE IF NOT EXISTS workflow_execution_summary_changed AS TABLE workflow_execution_summary WITH NO DATA;
CREATE TABLE IF NOT EXISTS workflow_node_summary_changed AS TABLE workflow_node_summary WITH NO DATA;
CREATE TABLE IF NOT EXISTS workflow_duration_summary_changed AS TABLE workflow_duration_summary WITH NO DATA;
CREATE INDEX IF NOT EXISTS idx_execution_summary_changed ON workflow_execution_summary_changed(workspace_id, execution_date);
CREATE INDEX IF NOT EXISTS idx_node_summary_changed ON workflow_node_summary_changed(workspace_id, execution_date);
CREATE INDEX IF NOT EXISTS idx_duration_summary_changed ON workflow_duration_summary_changed(execution_date);

-- How far the summaries go: they have the days from counted_from to the one before counted_until; others are read from the tables. Events after event_id have not
-- been looked at. Ids are given out before they are committed, so that those since the search before are looked at twice.
CREATE TABLE IF NOT EXISTS workflow_summary_state (
    is_only BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),
    counted_from DATE NOT NULL,
    counted_until DATE NOT NULL,
    event_id BIGINT NOT NULL,
    event_id_before BIGINT NOT NULL
);

INSERT INTO workflow_summary_state (counted_from, counted_until, event_id, event_id_before)
SELECT (NOW() AT TIME ZONE 'UTC')::date - 90, (NOW() AT TIME ZONE 'UTC')::date, COALESCE(MAX(id), 0), COALESCE(MAX(id), 0) FROM workflow_execution_events
ON CONFLICT DO NOTHING;

CREATE OR REPLACE VIEW workflow_execution_summary_seen WITH (security_barrier) AS
SELECT * FROM (
    SELECT * FROM workflow_execution_summary s
    WHERE NOT EXISTS (SELECT 1 FROM workflow_changed_days c WHERE c.workspace_id = s.workspace_id AND c.execution_date = s.execution_date)
    UNION ALL
    SELECT * FROM workflow_execution_summary_changed
) days
WHERE current_setting('role') <> 'workflow_confined'
   OR workspace_id = ANY (NULLIF(current_setting('app.workspace_ids', TRUE), '')::text[]);

CREATE OR REPLACE VIEW workflow_node_summary_seen WITH (security_barrier) AS
SELECT * FROM (
    SELECT * FROM workflow_node_summary s
    WHERE NOT EXISTS (SELECT 1 FROM workflow_changed_days c WHERE c.workspace_id = s.workspace_id AND c.execution_date = s.execution_date)
    UNION ALL
    SELECT * FROM workflow_node_summary_changed
) days
WHERE current_setting('role') <> 'workflow_confined'
   OR workspace_id = ANY (NULLIF(current_setting('app.workspace_ids', TRUE), '')::text[]);

CREATE OR REPLACE VIEW workflow_duration_summary_seen WITH (security_barrier) AS
SELECT * FROM (
    SELECT * FROM workflow_duration_summary s
    WHERE NOT EXISTS (
        SELECT 1 FROM workflow_changed_days c WHERE c.execution_date = s.execution_date AND (s.is_all OR c.workspace_id = s.workspace_id))
    UNION ALL
    SELECT * FROM workflow_duration_summary_changed
) days
WHERE current_setting('role') <> 'workflow_confined'
   OR workspace_id = ANY (NULLIF(current_setting('app.workspace_ids', TRUE), '')::text[]);

INSERT INTO workflow_row_policies VALUES
    ('workflow_summary_state', 'ALL', 'SELECT', 'TRUE', 'FALSE'),
    ('workflow_execution_summary_seen', 'ALL', 'SELECT', NULL, NULL),
    ('workflow_node_summary_seen', 'ALL', 'SELECT', NULL, NULL),
    ('workflow_duration_summary_seen', 'ALL', 'SELECT', NULL, NULL)
ON CONFLICT DO NOTHING;

-- workflow_confine() as before, but that a view may be among the rows of workflow_row_policies: it says itself what is seen, and so gets the
-- rights alone.
CREATE OR REPLACE FUNCTION workflow_confine() RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    of_project TEXT := 'TRUE';
    policy RECORD;
    had_policies BOOLEAN;
    sequence TEXT;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'workflow_confined') THEN
        BEGIN
            CREATE ROLE workflow_confined NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                -- Another database of the server had it made at the same moment.
                NULL;
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'The role workflow_confined is not there, and % may not make it: no policies are made', current_user;
                RETURN;
        END;
    END IF;

    IF NOT pg_has_role(current_user, 'workflow_confined', 'MEMBER')
        OR (current_setting('server_version_num')::int >= 160000 AND NOT pg_has_role(current_user, 'workflow_confined', 'SET')) THEN
        BEGIN
            -- To take the role, and not to have its policies otherwise.
            EXECUTE 'GRANT workflow_confined TO ' || quote_ident(current_user)
                || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE '% may not take the role workflow_confined', current_user;
        END;
    END IF;

    EXECUTE format('GRANT USAGE ON SCHEMA %I TO workflow_confined', current_schema());
    IF EXISTS (
        SELECT 1 FROM pg_attribute
        WHERE attrelid = to_regclass('projects') AND attname = 'workspace_id' AND NOT attisdropped) THEN
        -- One of them is the project of what names none, in whichever workspace.
        of_project := 'workspace_id IS NULL OR id = ''default'' OR workspace_id = ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[])';
    END IF;

    FOR policy IN
        SELECT table_name, command, rights, can_see, can_write FROM workflow_row_policies
        UNION ALL
        SELECT 'projects', 'ALL', 'SELECT', of_project, NULL
    LOOP
        CONTINUE WHEN to_regclass(policy.table_name) IS NULL;
        BEGIN
            IF policy.rights <> '' THEN
                EXECUTE format('GRANT %s ON %I TO workflow_confined', policy.rights, policy.table_name);
            END IF;

            CONTINUE WHEN (SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass(policy.table_name));

            -- Whoever has policies of their own on a table keeps them: they go on to say what other roles may do.
            SELECT relrowsecurity INTO had_policies FROM pg_class WHERE oid = to_regclass(policy.table_name);
            IF NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = to_regclass(policy.table_name) AND polname = 'workflow_others') THEN
                EXECUTE format('CREATE POLICY workflow_others ON %I AS PERMISSIVE FOR ALL TO %s USING (TRUE) WITH CHECK (TRUE)',
                    policy.table_name, CASE WHEN had_policies THEN 'workflow_confined' ELSE 'PUBLIC' END);
            END IF;

            EXECUTE format('DROP POLICY IF EXISTS %I ON %I', 'workflow_confined_' || lower(policy.command), policy.table_name);
            EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR %s TO workflow_confined',
                    'workflow_confined_' || lower(policy.command), policy.table_name, policy.command)
                || COALESCE(' USING (' || policy.can_see || ')', '') || COALESCE(' WITH CHECK (' || policy.can_write || ')', '');
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', policy.table_name);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE '% does not own the table %: it gets no policies', current_user, policy.table_name;
        END;
    END LOOP;

    -- Whether there is a user, and no more.
    GRANT SELECT (id) ON users TO workflow_confined;
    GRANT EXECUTE ON FUNCTION workflow_sees_execution(TEXT), workflow_notify_engine(TEXT, TEXT, TEXT) TO workflow_confined;
    FOR sequence IN
        SELECT s.oid::regclass::text
        FROM pg_class s
        JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        WHERE s.relkind = 'S'
          AND d.refobjid IN (SELECT to_regclass(table_name) FROM workflow_row_policies WHERE starts_with(table_name, 'workflow_'))
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO workflow_confined', sequence);
    END LOOP;
END
$$;

SELECT workflow_confine();
