-- Counts anew, for each workspace, the days that are over and have changed since they were counted last: every change of an execution has an event.
-- One transaction, whose first statement waits for a refresh that is under way; what follows then sees all that the refresh has seen.
SELECT counted_until FROM workflow_summary_state FOR UPDATE;

INSERT INTO workflow_changed_days (workspace_id, execution_date, counted_at)
SELECT DISTINCT e.workspace_id, (e.created_at AT TIME ZONE 'UTC')::date, NOW()
FROM (
    SELECT DISTINCT execution_id
    FROM workflow_execution_events
    WHERE id > (SELECT event_id_before FROM workflow_summary_state)
) v
JOIN workflow_executions e ON e.id = v.execution_id
WHERE e.created_at > NOW() - INTERVAL '90 days'
  AND e.created_at < (SELECT counted_until FROM workflow_summary_state)::timestamp AT TIME ZONE 'UTC'
ON CONFLICT (workspace_id, execution_date) DO UPDATE SET counted_at = NOW();

DELETE FROM workflow_execution_summary_changed s USING workflow_changed_days c
WHERE c.counted_at = NOW() AND s.workspace_id = c.workspace_id AND s.execution_date = c.execution_date;

DELETE FROM workflow_node_summary_changed s USING workflow_changed_days c
WHERE c.counted_at = NOW() AND s.workspace_id = c.workspace_id AND s.execution_date = c.execution_date;

DELETE FROM workflow_duration_summary_changed s USING workflow_changed_days c
WHERE c.counted_at = NOW() AND s.execution_date = c.execution_date AND (s.is_all OR s.workspace_id = c.workspace_id);

INSERT INTO workflow_execution_summary_changed (
    workspace_id, execution_date, status, total_executions, avg_duration_seconds, total_cost, avg_progress)
SELECT c.workspace_id, c.execution_date, e.status, COUNT(*), AVG(EXTRACT(EPOCH FROM (e.completed_at - e.started_at))), SUM(e.total_cost),
       AVG(e.progress_percent)
FROM workflow_changed_days c
JOIN workflow_executions e ON e.workspace_id = c.workspace_id
    AND e.created_at >= c.execution_date::timestamp AT TIME ZONE 'UTC' AND e.created_at < (c.execution_date + 1)::timestamp AT TIME ZONE 'UTC'
WHERE c.counted_at = NOW()
GROUP BY c.workspace_id, c.execution_date, e.status;

INSERT INTO workflow_node_summary_changed (
    is_type, workspace_id, execution_date, job_type, template_id, node_id, total_executions, total_jobs, total_tokens, total_cost, settled_jobs,
    failed_jobs, retried_jobs, timed_jobs, avg_seconds, p95_seconds)
SELECT GROUPING(template_id) = 1, workspace_id, execution_date, job_type, COALESCE(template_id, ''), COALESCE(node_id, ''),
       COUNT(DISTINCT execution_id), COUNT(*), COALESCE(SUM(tokens_used), 0)::bigint, COALESCE(SUM(cost_usd), 0),
       COUNT(*) FILTER (WHERE is_settled), COUNT(*) FILTER (WHERE status = 'failed'), COUNT(*) FILTER (WHERE is_settled AND attempt > 1),
       COUNT(seconds) FILTER (WHERE is_settled), AVG(seconds) FILTER (WHERE is_settled),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE is_settled)
FROM (
    SELECT
        c.workspace_id, c.execution_date, j.job_type, e.template_id, split_part(j.node_id, '#', 1) AS node_id, j.execution_id, j.tokens_used,
        j.cost_usd, j.status, j.attempt, j.status::text IN ('completed', 'failed') AS is_settled,
        EXTRACT(EPOCH FROM j.completed_at - j.started_at)::float8 AS seconds
    FROM workflow_changed_days c
    JOIN workflow_executions e ON e.workspace_id = c.workspace_id
        AND e.created_at >= c.execution_date::timestamp AT TIME ZONE 'UTC' AND e.created_at < (c.execution_date + 1)::timestamp AT TIME ZONE 'UTC'
    JOIN agent_jobs j ON j.execution_id = e.id
    WHERE c.counted_at = NOW()
) job
GROUP BY GROUPING SETS ((workspace_id, execution_date, job_type), (workspace_id, execution_date, job_type, template_id, node_id));

INSERT INTO workflow_duration_summary_changed (is_all, workspace_id, execution_date, step, executions)
SELECT GROUPING(workspace_id) = 1, COALESCE(workspace_id, ''), execution_date, step, COUNT(*)
FROM (
    SELECT d.execution_date, e.workspace_id, workflow_duration_step(EXTRACT(EPOCH FROM e.completed_at - e.started_at)::float8) AS step
    FROM (SELECT DISTINCT execution_date FROM workflow_changed_days WHERE counted_at = NOW()) d
    JOIN workflow_executions e
        ON e.created_at >= d.execution_date::timestamp AT TIME ZONE 'UTC' AND e.created_at < (d.execution_date + 1)::timestamp AT TIME ZONE 'UTC'
    WHERE e.status = 'completed' AND e.started_at IS NOT NULL AND e.completed_at IS NOT NULL
) times
GROUP BY GROUPING SETS ((execution_date, step), (execution_date, step, workspace_id))
HAVING GROUPING(workspace_id) = 1
    OR (workspace_id, execution_date) IN (SELECT c.workspace_id, c.execution_date FROM workflow_changed_days c WHERE c.counted_at = NOW());

UPDATE workflow_summary_state
SET event_id_before = event_id, event_id = (SELECT COALESCE(MAX(id), 0) FROM workflow_execution_events)
