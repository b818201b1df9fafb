-- name: take_model_turn
SELECT taken_at, counted, wait FROM workflow_take_model_turn(@model, @max_requests, @max_tokens, @wanted)

-- name: settle_model_turn
-- What it has taken in the place of what was expected, if that still counts.
WITH settings AS (
    SELECT set_config('synchronous_commit', 'off', TRUE)
)
UPDATE workflow_model_calls SET tokens = GREATEST(0, tokens + @more)
FROM settings
WHERE model = @model AND second = @second::timestamptz

-- name: cost_today
-- What a workspace has cost today, and when the next day begins.
SELECT COALESCE(sum(cost_usd), 0) AS spent, (date_trunc('day', NOW() AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC' AS until
FROM workflow_workspace_costs
WHERE workspace_id = @workspace_id AND day = (NOW() AT TIME ZONE 'UTC')::date
