-- Who is told of what happens in executions. The secret is the name of one: secrets are not in the database.
CREATE TABLE IF NOT EXISTS workflow_subscriptions (
    id VARCHAR PRIMARY KEY,
    workspace_id VARCHAR NOT NULL REFERENCES workspaces(id),
    template_id VARCHAR REFERENCES workflow_templates(id),
    url VARCHAR NOT NULL,
    secret VARCHAR,
    -- NULL: all that are told of.
    events VARCHAR[],
    is_enabled BOOLEAN NOT NULL DEFAULT TRUE,
    created_by VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_subscriptions_workspace ON workflow_subscriptions(workspace_id, created_at DESC, id DESC);

-- A template that is deleted looks for them.
CREATE INDEX IF NOT EXISTS idx_subscriptions_template ON workflow_subscriptions(template_id);

-- The template to start when an execution of this one fails.
ALTER TABLE workflow_templates ADD COLUMN IF NOT EXISTS on_failure VARCHAR REFERENCES workflow_templates(id);
CREATE INDEX IF NOT EXISTS idx_templates_on_failure ON workflow_templates(on_failure) WHERE on_failure IS NOT NULL;

-- The outbox: what is to be told, to a subscription, to the callback of an execution (url), or to a template that is started
-- (template_id). A row is written in the commit that it tells of, and stays after it was delivered until its execution is archived. No
-- references: the engine's commits neither wait for whoever changes a subscription, nor fail because one is gone.
CREATE TABLE IF NOT EXISTS workflow_deliveries (
    id BIGSERIAL PRIMARY KEY,
    execution_id VARCHAR NOT NULL,
    workspace_id VARCHAR NOT NULL,
    subscription_id VARCHAR,
    template_id VARCHAR,
    url VARCHAR,
    secret VARCHAR,
    event_type VARCHAR NOT NULL,
    event JSONB NOT NULL,
    status VARCHAR NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
    delivered_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX IF NOT EXISTS idx_deliveries_due ON workflow_deliveries(next_attempt_at, id) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idx_deliveries_execution ON workflow_deliveries(execution_id, id);
CREATE INDEX IF NOT EXISTS idx_deliveries_status ON workflow_deliveries(status, id DESC);
CREATE INDEX IF NOT EXISTS idx_deliveries_subscription ON workflow_deliveries(subscription_id);

-- Whoever writes an event fills the outbox with it: in the same transaction, once for each statement, whatever the statement. With the
-- rights of the owner of the tables: a caller who is confined to a workspace writes events, and no deliveries.
CREATE OR REPLACE FUNCTION workflow_fill_outbox() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO workflow_deliveries (execution_id, workspace_id, subscription_id, template_id, url, secret, event_type, event, next_attempt_at)
    SELECT e.id, e.workspace_id, r.subscription_id, r.template_id, r.url, r.secret, n.name,
           jsonb_build_object(
               'execution_id', e.id, 'workspace_id', e.workspace_id, 'project_id', e.project_id, 'template_id', e.template_id,
               'parent_execution_id', e.parent_execution_id, 'node_id', n.node_id, 'message', n.message, 'data', n.event_data,
               'created_by', n.created_by, 'time', n.created_at),
           NOW()
    FROM (
        SELECT *, CASE
            WHEN event_type = 'started' THEN 'execution.started'
            WHEN event_type = 'completed' THEN 'execution.completed'
            WHEN event_type = 'failed' THEN 'execution.failed'
            WHEN event_type = 'paused' AND event_data ->> 'cause' = 'max_cost_usd' THEN 'execution.over_cost'
            WHEN event_type = 'paused' THEN 'execution.paused'
            WHEN event_type = 'node_waiting' AND event_data ->> 'asked' IN ('opened', 'reminded') THEN 'task.' || (event_data ->> 'asked')
            WHEN event_type = 'signalled' AND node_id IS NOT NULL THEN 'task.answered'
        END AS name
        FROM inserted
        WHERE event_type IN ('started', 'completed', 'failed', 'paused', 'node_waiting', 'signalled')
    ) n
    JOIN workflow_executions e ON e.id = n.execution_id
    CROSS JOIN LATERAL (
        SELECT s.id, NULL::varchar, NULL::varchar, NULL::varchar
        FROM workflow_subscriptions s
        WHERE s.workspace_id = e.workspace_id AND s.is_enabled AND (s.template_id IS NULL OR s.template_id = e.template_id)
          AND (s.events IS NULL OR n.name = ANY (s.events))
        UNION ALL
        SELECT NULL, NULL, c ->> 'url', c ->> 'secret'
        FROM (SELECT e.config_json -> 'callback' AS c) g
        WHERE jsonb_typeof(c -> 'url') = 'string' AND (jsonb_typeof(c -> 'events') IS DISTINCT FROM 'array' OR c -> 'events' ? n.name)
        UNION ALL
        -- What was started because something failed starts nothing when it fails.
        SELECT NULL, t.on_failure, NULL, NULL
        FROM workflow_templates t
        WHERE n.name = 'execution.failed' AND t.id = e.template_id AND t.on_failure IS NOT NULL AND e.created_by IS DISTINCT FROM 'on_failure'
    ) r(subscription_id, template_id, url, secret)
    WHERE n.name IS NOT NULL
    ORDER BY n.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER workflow_fill_outbox
AFTER INSERT ON workflow_execution_events
REFERENCING NEW TABLE AS inserted
FOR EACH STATEMENT EXECUTE FUNCTION workflow_fill_outbox();

DO $$
DECLARE
    of_workspace CONSTANT TEXT := 'workspace_id = ANY (NULLIF(current_setting(''app.workspace_ids'', TRUE), '''')::text[])';
BEGIN
    INSERT INTO workflow_row_policies VALUES
        ('workflow_subscriptions', 'ALL', 'SELECT, INSERT, UPDATE, DELETE',
         of_workspace, of_workspace || ' AND (template_id IS NULL OR EXISTS (SELECT 1 FROM workflow_templates t WHERE t.id = template_id))'),
        ('workflow_deliveries', 'ALL', 'SELECT, UPDATE, DELETE', of_workspace, of_workspace || ' AND workflow_sees_execution(execution_id)')
    ON CONFLICT DO NOTHING;
END
$$;

SELECT workflow_confine();
