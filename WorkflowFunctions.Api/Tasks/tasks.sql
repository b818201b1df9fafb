-- name: rows
-- A task is the job of an approval, with what people have answered so far. A part of other statements.
SELECT
    j.id, j.execution_id, j.node_id, j.status AS job_status, j.input_data_json AS input, j.output_data_json AS output, j.error_message,
    j.started_at AS opened_at, j.completed_at AS closed_at,
    e.workspace_id, e.template_id, t.name AS template_name, e.created_by AS started_by,
    EXISTS (
        SELECT 1 FROM workflow_signals s
        WHERE s.execution_id = j.execution_id AND s.name = j.node_id AND s.is_answer AND s.retired_at IS NULL) AS is_decided,
    (SELECT COALESCE(jsonb_agg(s.payload ORDER BY s.id), '[]') FROM workflow_signals s
     WHERE s.execution_id = j.execution_id AND s.name = 'answer-to:' || j.node_id AND s.retired_at IS NULL) AS answers
FROM agent_jobs j
JOIN workflow_executions e ON e.id = j.execution_id
LEFT JOIN workflow_templates t ON t.id = e.template_id
WHERE j.job_type = 'approval'

-- name: find
{tasks.rows} AND j.id = @id

-- name: asks_anyone
COALESCE(j.input_data_json -> 'assignees', 'null') IN ('null', '[]') AND COALESCE(j.input_data_json -> 'groups', 'null') IN ('null', '[]')

-- name: asks_group
-- @groups is NULL for who belongs to every group. Names are compared without regard to case.
CASE WHEN @groups::text[] IS NULL
    THEN COALESCE(j.input_data_json -> 'groups', 'null') NOT IN ('null', '[]')
    ELSE COALESCE(lower((j.input_data_json -> 'groups')::text)::jsonb ?| @groups::text[], FALSE)
END

-- name: asks_name
COALESCE(lower((j.input_data_json -> 'assignees')::text)::jsonb ? @name, FALSE)
OR (jsonb_typeof(j.input_data_json -> 'remind_after_seconds') = 'number'
    AND j.started_at + make_interval(secs => (j.input_data_json ->> 'remind_after_seconds')::float8) <= NOW()
    AND COALESCE(lower((j.input_data_json -> 'escalate_to')::text)::jsonb ? @name, FALSE))

-- name: list
-- Uses idx_agent_jobs_tasks.
{tasks.rows}
  AND (j.status = 'waiting') = @is_open
  AND j.started_at IS NOT NULL
  AND (NOT @is_open OR NOT EXISTS (
      SELECT 1 FROM workflow_signals s
      WHERE s.execution_id = j.execution_id AND s.name = j.node_id AND s.is_answer AND s.retired_at IS NULL))
  AND (@workspaces::text[] IS NULL OR e.workspace_id = ANY(@workspaces::text[]))
  AND (@workspace_id::text IS NULL OR e.workspace_id = @workspace_id)
  AND (@execution_id::text IS NULL OR j.execution_id = @execution_id)
  AND CASE @asked
      WHEN 'me' THEN ({tasks.asks_name}) OR ({tasks.asks_anyone})
      WHEN 'groups' THEN ({tasks.asks_group})
      ELSE TRUE
  END
  AND (@asked = 'anyone'
       OR (NOT COALESCE(lower((j.input_data_json -> 'not_by')::text)::jsonb ? @name, FALSE)
           -- People who have answered are asked no more, while others still are.
           AND (NOT @is_open OR NOT EXISTS (
               SELECT 1 FROM workflow_signals s
               WHERE s.execution_id = j.execution_id AND s.name = 'answer-to:' || j.node_id AND s.retired_at IS NULL
                 AND lower(s.created_by) = @name))))
  AND (@after_id::text IS NULL OR (j.started_at, j.id) < (@after_time::timestamptz, @after_id))
ORDER BY j.started_at DESC, j.id DESC
LIMIT @limit
