-- Jobs by what their input holds (schema document, "JSONB for Flexible Node Data"), those of the newest executions first: the index of
-- executions by time leads to them, or a GIN index of the inputs, where there is one and few jobs are meant.
SELECT j.id AS job_id, j.execution_id, e.workspace_id, e.created_at AS execution_created_at, j.node_id, j.job_type, j.status, j.attempt,
       j.tokens_used, j.cost_usd, j.error_message, j.started_at, j.completed_at,
       -- The items of a loop, say, are not for a list.
       CASE WHEN octet_length(j.input_data_json::text) <= 65536 THEN j.input_data_json END AS input
FROM workflow_executions e
JOIN agent_jobs j ON j.execution_id = e.id
WHERE (@workspace_id::text IS NULL OR e.workspace_id = @workspace_id)
  AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY(@workspaces::text[]))
  AND (@execution_id::text IS NULL OR e.id = @execution_id)
  AND (@holds::jsonb IS NULL OR j.input_data_json @> @holds::jsonb)
  AND (@has::text IS NULL OR j.input_data_json ? @has)
  -- Text that reads as a number counts as one, and anything else as none.
  AND (@above::float8 IS NULL OR jsonb_path_exists(
      j.input_data_json #> @field::text[], '$ ? (@.double() > $limit)', jsonb_build_object('limit', @above::float8), TRUE))
  AND (@below::float8 IS NULL OR jsonb_path_exists(
      j.input_data_json #> @field::text[], '$ ? (@.double() < $limit)', jsonb_build_object('limit', @below::float8), TRUE))
  AND (@after_job_id::text IS NULL
       OR (e.created_at, e.id, j.id) < (@after_time::timestamptz, @after_execution_id::text, @after_job_id)
       -- Executions without a time come first.
       OR (@after_time::timestamptz IS NULL AND (e.created_at IS NOT NULL OR (e.id, j.id) < (@after_execution_id::text, @after_job_id))))
ORDER BY e.created_at DESC, e.id DESC, j.id DESC
LIMIT @limit
