-- name: claim
-- Takes the next deliveries that are due, each for one attempt: who takes one and is lost loses no more than the time until the lease
-- ends. Of one execution a receiver is told in order: what waits for an earlier delivery is not taken.
WITH due AS MATERIALIZED (
    SELECT id FROM workflow_deliveries d
    WHERE status = 'pending' AND next_attempt_at <= NOW()
      AND NOT EXISTS (
          SELECT 1 FROM workflow_deliveries earlier
          WHERE earlier.execution_id = d.execution_id AND earlier.id < d.id AND earlier.status = 'pending' AND {deliveries.is_for_same})
    ORDER BY next_attempt_at, id
    LIMIT @limit
    FOR UPDATE SKIP LOCKED
)
UPDATE workflow_deliveries d SET attempts = d.attempts + 1, next_attempt_at = NOW() + @lease::interval
FROM due
WHERE d.id = due.id
RETURNING 'msg-' || d.id AS id, d.execution_id, d.workspace_id, d.template_id, d.event_type, d.event, d.attempts,
          COALESCE((SELECT url FROM workflow_subscriptions s WHERE s.id = d.subscription_id), d.url) AS url,
          COALESCE((SELECT secret FROM workflow_subscriptions s WHERE s.id = d.subscription_id), d.secret) AS secret

-- name: is_for_same
-- Whether two deliveries have the same receiver.
earlier.subscription_id IS NOT DISTINCT FROM d.subscription_id
AND earlier.template_id IS NOT DISTINCT FROM d.template_id

-- name: columns
-- What the API and the receivers call its id is the webhook-id.
'msg-' || id AS id, execution_id, workspace_id, subscription_id, template_id, url, event_type, event, status, attempts, next_attempt_at,
last_error, created_at, delivered_at

-- name: delivered
UPDATE workflow_deliveries SET status = 'delivered', delivered_at = NOW(), next_attempt_at = NULL, last_error = NULL
WHERE id = substr(@id, 5)::bigint

-- name: failed
-- The next attempt comes at its time, or never. What waits for this delivery need not be looked at before.
WITH failed AS (
    UPDATE workflow_deliveries SET
        status = CASE WHEN @delay::interval IS NULL THEN 'failed' ELSE status END,
        next_attempt_at = NOW() + @delay::interval,
        last_error = @error
    WHERE id = substr(@id, 5)::bigint AND status = 'pending'
    RETURNING *
)
UPDATE workflow_deliveries d SET next_attempt_at = GREATEST(d.next_attempt_at, NOW() + COALESCE(@delay::interval, interval '0'))
FROM failed earlier
WHERE d.execution_id = earlier.execution_id AND d.id > earlier.id AND d.status = 'pending' AND {deliveries.is_for_same}

-- name: failure
-- What has failed in an execution, for the workflow that is started because of it. What the node got is recorded without secrets.
SELECT e.id AS execution_id, e.template_id, t.name AS template_name, e.workspace_id, e.project_id, e.user_id, e.error_message AS error,
       e.config_json -> 'params' AS params, j.node_id, j.job_type AS node_type, j.input_data_json AS input
FROM workflow_executions e
LEFT JOIN workflow_templates t ON t.id = e.template_id
LEFT JOIN agent_jobs j ON j.id = e.id || ':' || @node_id
WHERE e.id = @execution_id

-- name: list
SELECT {deliveries.columns}
FROM workflow_deliveries
WHERE (@status::text IS NULL OR status = @status)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@subscription_id::text IS NULL OR subscription_id = @subscription_id)
  AND (@execution_id::text IS NULL OR execution_id = @execution_id)
  AND (@before::text IS NULL OR id < substr(@before, 5)::bigint)
ORDER BY id DESC
LIMIT @limit

-- name: resend
-- Begins anew, whatever has become of it.
UPDATE workflow_deliveries SET status = 'pending', attempts = 0, next_attempt_at = NOW(), delivered_at = NULL
WHERE id = CASE WHEN @id ~ '^msg-[0-9]{1,18}$' THEN substr(@id, 5)::bigint END
RETURNING {deliveries.columns}
