-- Looks for a text where people remember one: in the ids of executions, the names of templates, workspaces, and errors.
-- Each place is looked through over an index, newest first and no further than a page. Where errors have no index of their own
-- (0052_error_search.sql), and for texts of one or two letters, one that is nowhere costs as much as there are failed executions.
SELECT e.*
FROM workflow_executions e
WHERE e.id IN (
    SELECT of_id.id
    FROM (
        SELECT x.id
        FROM workflow_executions x
        WHERE x.id LIKE @search_begin::text
          AND {execution_queries.is_listed}
        ORDER BY x.created_at DESC, x.id DESC
        LIMIT @limit
    ) of_id
    UNION ALL
    SELECT of_template.id
    FROM workflow_templates t
    CROSS JOIN LATERAL (
        SELECT x.id
        FROM workflow_executions x
        WHERE x.template_id = t.id
          AND {execution_queries.is_listed}
        ORDER BY x.created_at DESC, x.id DESC
        LIMIT @limit
    ) of_template
    WHERE (@template_id::text IS NULL OR t.id = @template_id) AND t.name ILIKE @search_part::text
    UNION ALL
    SELECT of_workspace.id
    FROM workspaces w
    CROSS JOIN LATERAL (
        SELECT x.id
        FROM workflow_executions x
        WHERE x.workspace_id = w.id
          AND {execution_queries.is_listed}
        ORDER BY x.created_at DESC, x.id DESC
        LIMIT @limit
    ) of_workspace
    WHERE (@workspace_id::text IS NULL OR w.id = @workspace_id)
      AND (@workspaces::text[] IS NULL OR w.id = ANY(@workspaces::text[]))
      AND w.id ILIKE @search_part::text
    UNION ALL
    SELECT failed.id
    FROM (
        SELECT x.id
        FROM workflow_executions x
        WHERE x.status = 'failed' AND x.error_message ILIKE @search_part::text
          AND {execution_queries.is_listed}
        ORDER BY x.created_at DESC, x.id DESC
        LIMIT @limit
    ) failed
)
ORDER BY e.created_at DESC, e.id DESC
LIMIT @limit
