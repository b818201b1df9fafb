-- workflow_confine() as before, but that it finds the sequences of tables by what belongs to them: not every table has a column id.
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
    GRANT SELECT ON workflow_execution_summary_seen TO workflow_confined;
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
