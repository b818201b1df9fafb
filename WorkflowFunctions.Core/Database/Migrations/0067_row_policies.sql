-- The policies of 0050, as rows: a migration that makes a table adds the table's own here and calls workflow_confine() again. can_see and can_write
-- are conditions on a row, as policies have them.
CREATE TABLE IF NOT EXISTS workflow_row_policies (
    table_name VARCHAR NOT NULL,
    command VARCHAR NOT NULL,
    rights VARCHAR NOT NULL,
    can_see TEXT,
    can_write TEXT,
    PRIMARY KEY (table_name, command)
);

DO $$
DECLARE
    mine CONSTANT TEXT := '= ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[])';
    of_workspace CONSTANT TEXT := 'workspace_id ' || mine;
    of_execution CONSTANT TEXT := 'EXISTS (SELECT 1 FROM workflow_executions e WHERE e.id = execution_id)';
    of_new_execution CONSTANT TEXT := 'workflow_sees_execution(execution_id)';
    of_document CONSTANT TEXT := 'EXISTS (SELECT 1 FROM documents d WHERE d.id = document_id)';
    -- What is started has to be the caller's, or for all.
    of_target CONSTANT TEXT := 'EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = template_id)';
    of_version CONSTANT TEXT := 'EXISTS (SELECT 1 FROM workflow_executions e WHERE e.template_version = workflow_template_versions.id)';
    of_hash CONSTANT TEXT := 'id = encode(sha256(convert_to(nodes_json::text || E''\n'' || edges_json::text, ''UTF8'')), ''hex'')';
BEGIN
    INSERT INTO workflow_row_policies VALUES
        ('workflow_executions', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_workspace, of_workspace),
        ('workflow_executions', 'INSERT', '', NULL, of_target),
        ('agent_jobs', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        ('workflow_execution_events', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        ('workflow_checkpoints', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        ('workflow_execution_metrics', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        ('workflow_signals', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        ('celery_tasks', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_execution, of_new_execution),
        -- A template without a workspace is for all to read, and for nobody who is confined to change.
        ('workflow_templates', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE', 'workspace_id IS NULL OR ' || of_workspace, NULL),
        ('workflow_templates', 'INSERT', '', NULL, of_workspace),
        ('workflow_templates', 'UPDATE', '', of_workspace, of_workspace),
        ('workflow_templates', 'DELETE', '', of_workspace, NULL),
        ('workflow_template_versions', 'SELECT', 'SELECT, INSERT', of_version, NULL),
        ('workflow_template_versions', 'INSERT', '', NULL, of_hash),
        ('workflow_schedules', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_workspace, of_workspace || ' AND ' || of_target),
        ('workflow_hooks', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_workspace, of_workspace || ' AND ' || of_target),
        ('workflow_api_keys', 'ALL', 'SELECT, INSERT, UPDATE', 'workspaces::text[] <@ NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[]', NULL),
        ('documents', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_workspace, of_workspace),
        ('document_contents', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_document, of_document),
        ('document_attachments', 'ALL', 'SELECT, INSERT, UPDATE, DELETE', of_document, of_document),
        ('workspaces', 'ALL', 'SELECT', 'id ' || mine, NULL)
    ON CONFLICT DO NOTHING;
END
$$;

-- Makes the role, its rights and the policies. Does no harm when it is run again, and has to be when the role was not there: without the right to
-- make roles it leaves the tables as they are. A table that belongs to someone else, which the existing project may have, is left out.
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
