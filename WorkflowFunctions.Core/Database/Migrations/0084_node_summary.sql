-- What nodes did, by the day on which their executions were accepted, as workflow_execution_summary does for executions: what a period used
-- and which nodes are slow or fail is added up from this. It is refreshed with that view, and holds as many days.
-- A row is of a node of a template; the items of a loop's body are one node. Where is_type, it is of all nodes of a type.
CREATE MATERIALIZED VIEW IF NOT EXISTS workflow_node_summary AS
SELECT
    GROUPING(template_id) = 1 AS is_type,
    workspace_id,
    execution_date,
    job_type,
    COALESCE(template_id, '') AS template_id,
    COALESCE(node_id, '') AS node_id,
    COUNT(DISTINCT execution_id) AS total_executions,
    COUNT(*) AS total_jobs,
    COALESCE(SUM(tokens_used), 0)::bigint AS total_tokens,
    COALESCE(SUM(cost_usd), 0) AS total_cost,
    COUNT(*) FILTER (WHERE is_settled) AS settled_jobs,
    COUNT(*) FILTER (WHERE status = 'failed') AS failed_jobs,
    COUNT(*) FILTER (WHERE is_settled AND attempt > 1) AS retried_jobs,
    COUNT(seconds) FILTER (WHERE is_settled) AS timed_jobs,
    AVG(seconds) FILTER (WHERE is_settled) AS avg_seconds,
    percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE is_settled) AS p95_seconds
FROM (
    SELECT
        e.workspace_id, DATE(e.created_at AT TIME ZONE 'UTC') AS execution_date, j.job_type, e.template_id,
        split_part(j.node_id, '#', 1) AS node_id, j.execution_id, j.tokens_used, j.cost_usd, j.status, j.attempt,
        j.status::text IN ('completed', 'failed') AS is_settled, EXTRACT(EPOCH FROM j.completed_at - j.started_at)::float8 AS seconds
    FROM workflow_executions e
    JOIN agent_jobs j ON j.execution_id = e.id
    WHERE e.created_at > NOW() - INTERVAL '90 days'
) job
GROUP BY GROUPING SETS ((workspace_id, execution_date, job_type), (workspace_id, execution_date, job_type, template_id, node_id));

-- Unique, so that a refresh blocks no reader, and in the order in which periods are read.
CREATE UNIQUE INDEX IF NOT EXISTS idx_node_summary_date
    ON workflow_node_summary(is_type, execution_date, workspace_id, job_type, template_id, node_id);

-- A materialized view has no policies, so that this one stands before it.
CREATE OR REPLACE VIEW workflow_node_summary_seen WITH (security_barrier) AS
SELECT * FROM workflow_node_summary
WHERE current_setting('role') <> 'workflow_confined'
   OR workspace_id = ANY (NULLIF(current_setting('app.workspace_ids', TRUE), '')::text[]);

-- The views that stand before summaries may be read by whoever is confined.
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
    GRANT SELECT ON workflow_execution_summary_seen, workflow_node_summary_seen TO workflow_confined;
    GRANT EXECUTE ON FUNCTION workflow_sees_execution(TEXT), workflow_notify_engine(TEXT, TEXT, TEXT) TO workflow_confined;
    FOR sequence IN
        SELECT pg_get_serial_sequence(t.table_name, 'id')
        FROM (SELECT DISTINCT table_name FROM workflow_row_policies WHERE starts_with(table_name, 'workflow_')) t
        JOIN pg_attribute a ON a.attrelid = to_regclass(t.table_name) AND a.attname = 'id' AND NOT a.attisdropped
        WHERE pg_get_serial_sequence(t.table_name, 'id') IS NOT NULL
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO workflow_confined', sequence);
    END LOOP;
END
$$;

SELECT workflow_confine();
