-- Most events are told to nobody: a statement that writes no others is looked at and no more. It is in each commit of a node, and to find the
-- subscriptions for no event took a seventh of it.
CREATE OR REPLACE FUNCTION workflow_fill_outbox() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM inserted
        WHERE event_type IN ('started', 'completed', 'failed', 'paused', 'node_waiting', 'signalled'))
    THEN
        RETURN NULL;
    END IF;

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
