-- name: create
INSERT INTO workflow_subscriptions (id, workspace_id, template_id, url, secret, events, is_enabled, created_by)
VALUES (@id, @workspace_id, @template_id, @url, @secret, @events::varchar[], @is_enabled, @created_by)
RETURNING *

-- name: delete
WITH deliveries AS (
    DELETE FROM workflow_deliveries WHERE subscription_id = @id
)
DELETE FROM workflow_subscriptions WHERE id = @id

-- name: find
SELECT * FROM workflow_subscriptions WHERE id = @id

-- name: list
SELECT *
FROM workflow_subscriptions
WHERE (@workspace_id::text IS NULL OR workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR workspace_id = ANY(@workspaces::text[]))
  AND (@template_id::text IS NULL OR template_id = @template_id)
  AND (@after_id::text IS NULL OR (created_at, id) < (@after_time::timestamptz, @after_id))
ORDER BY created_at DESC, id DESC
LIMIT @limit

-- name: replace
UPDATE workflow_subscriptions SET
    workspace_id = @workspace_id,
    template_id = @template_id,
    url = @url,
    secret = @secret,
    events = @events::varchar[],
    is_enabled = @is_enabled,
    updated_at = clock_timestamp()
WHERE id = @id
RETURNING *
