using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>What holds in the record for every execution that has completed, whatever happened to it on the way.</summary>
public static class RecordChecks
{
    /// <summary>Fails unless the rows of a completed execution agree in all documented tables.</summary>
    public static async Task AssertCompleteAsync(string connectionString, string executionId)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        var execution = await connection.QuerySingleAsync(
            "SELECT e.*, v.nodes_json FROM workflow_executions e JOIN workflow_template_versions v ON v.id = e.template_version WHERE e.id "
                + "= @executionId",
            new { executionId });
        Assert.Equal("completed", (string)execution.status);
        Assert.Equal(100, (int)execution.progress_percent);
        Assert.Null((string?)execution.current_node_id);
        Assert.NotNull((DateTime?)execution.completed_at);

        // A node in a body has a job for each item.
        var nodes = JsonElement.Parse((string)execution.nodes_json).EnumerateArray()
            .Where(node => !node.TryGetProperty("parentId", out _))
            .Select(node => node.GetProperty("id").GetString()!)
            .ToList();
        var jobs = (await connection.QueryAsync("SELECT * FROM agent_jobs WHERE execution_id = @executionId", new { executionId }))
            .ToList();
        Assert.Equal(
            nodes.Order(), jobs.Select(job => (string)job.node_id).Where(id => !id.Contains('#', StringComparison.Ordinal)).Order());
        // What was left of a body that failed is cancelled, and has no end to tell of.
        jobs.RemoveAll(job => (string)job.status == "cancelled" && ((string)job.node_id).Contains('#', StringComparison.Ordinal));
        Assert.All(jobs, job => Assert.True(JobStatus.IsSettled((string)job.status), $"{job.node_id} is {job.status}."));
        // What an execution began with did not run in it.
        jobs.RemoveAll(job => job.given_from is not null);

        await AssertEventsAsync(connection, executionId, jobs);
        await AssertCheckpointAsync(connection, executionId);
        await AssertMetricsAsync(connection, executionId, (decimal)execution.total_cost);
        await AssertTasksAsync(connection, executionId, jobs);
    }

    private static async Task AssertEventsAsync(NpgsqlConnection connection, string executionId, List<dynamic> jobs)
    {
        var events = (
            await connection.QueryAsync(
                "SELECT id, event_type, node_id, created_at FROM workflow_execution_events WHERE execution_id = @executionId ORDER BY id",
                new { executionId })).ToList();
        Assert.Equal("created", (string)events[0].event_type);
        // People may act before the start as well; nodes do not.
        Assert.Equal(
            "started",
            events
                .Select(item => (string)item.event_type)
                .First(type => type == "started" || type.StartsWith("node_", StringComparison.Ordinal)));
        Assert.Equal("completed", (string)events[^1].event_type);
        var lastRetry = events.Where(item => (string)item.event_type == "retried").Select(item => (long)item.id).DefaultIfEmpty(0).Max();
        foreach (var job in jobs)
        {
            string nodeId = job.node_id;
            var own = events.Where(item => (string?)item.node_id == nodeId && (string)item.event_type != "signalled").ToList();
            var types = own.Select(item => (string)item.event_type).ToList();
            Assert.Equal($"node_{job.status}", types[^1]);
            // A retry runs some nodes again.
            Assert.InRange(
                own.Count(item =>
                    (string)item.event_type is "node_completed" or "node_skipped" or "node_failed" && (long)item.id > lastRetry),
                lastRetry == 0 ? 1 : 0,
                1);
            if (job.status != "skipped")
                Assert.Equal("node_started", types[0]);
        }
    }

    private static async Task AssertCheckpointAsync(NpgsqlConnection connection, string executionId)
    {
        const string Agreement = """
            SELECT c.node_outputs = (
                       SELECT COALESCE(jsonb_object_agg(node_id, output_data_json), '{}')
                       FROM agent_jobs WHERE execution_id = @executionId AND output_data_json IS NOT NULL)
                   AND cardinality(c.pending_node_ids) = 0
                   AND (SELECT array_agg(id ORDER BY id) FROM unnest(c.completed_node_ids) AS id)
                       IS NOT DISTINCT FROM (SELECT array_agg(node_id ORDER BY node_id) FROM (
                              SELECT node_id::text FROM agent_jobs WHERE execution_id = @executionId AND status = 'completed') AS n(node_id))
            FROM workflow_checkpoints c
            WHERE c.execution_id = @executionId AND c.is_latest
            """;
        Assert.True(
            await connection.QuerySingleAsync<bool>(Agreement, new { executionId }), "The latest checkpoint differs from the jobs.");
    }

    private static async Task AssertMetricsAsync(NpgsqlConnection connection, string executionId, decimal totalCost)
    {
        const string Agreement = """
            SELECT m.total_tokens_used = j.tokens
               AND m.total_api_calls = j.api_calls
               AND m.total_cost_usd = j.cost
               AND @totalCost = j.cost
               AND (SELECT COALESCE(sum((s.value ->> 'tokens')::int), 0) FROM jsonb_each(m.node_stats) s) = j.tokens
            FROM workflow_execution_metrics m
            CROSS JOIN (
                SELECT COALESCE(sum(tokens_used), 0) AS tokens, COALESCE(sum(api_calls), 0) AS api_calls, COALESCE(sum(cost_usd), 0) AS cost
                FROM agent_jobs WHERE execution_id = @executionId) j
            WHERE m.execution_id = @executionId
            """;
        Assert.True(
            await connection.QuerySingleAsync<bool>(Agreement, new { executionId, totalCost }), "The metrics do not add up to the jobs.");
    }

    private static async Task AssertTasksAsync(NpgsqlConnection connection, string executionId, List<dynamic> jobs)
    {
        var tasks = (
            await connection.QueryAsync<(string Id, string Status)>(
                "SELECT task_id, status FROM celery_tasks WHERE execution_id = @executionId", new { executionId })).ToDictionary(task =>
                task.Id, task => task.Status);
        foreach (var job in jobs.Where(job => job.status != "skipped"))
            Assert.Equal(job.status == "completed" ? "success" : "failure", tasks[(string)job.id]);
    }
}
