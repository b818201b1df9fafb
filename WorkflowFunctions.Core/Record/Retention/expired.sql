-- Whether an execution has stayed long enough; a condition for others to use. What ended counts from its end, what may still
-- go on counts from its last sign of life. A running one, or a status that others invented, never goes.
CASE status
    WHEN 'completed' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @completed::timestamptz
    WHEN 'failed' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @failed::timestamptz
    WHEN 'cancelled' THEN COALESCE(completed_at, GREATEST(created_at, started_at, updated_at)) < @cancelled::timestamptz
    WHEN 'paused' THEN GREATEST(created_at, started_at, updated_at) < @paused::timestamptz
    WHEN 'pending' THEN GREATEST(created_at, started_at, updated_at) < @pending::timestamptz
    ELSE FALSE
END
