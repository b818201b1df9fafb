using System.Net;
using System.Text.Json;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Engine;

/// <summary>
/// An execution of pure nodes alone, which begins, runs and ends within one commit, leaves the record that one leaves whose nodes are
/// committed one by one.
/// </summary>
public class WholeRunTests(PostgresFixture postgres) : IAsyncLifetime
{
    // What does not name the execution itself, and is not a time.
    private const string Record = """
        SELECT jsonb_build_object(
            'execution', (SELECT to_jsonb(e)
                - '{id,config_json,created_at,updated_at,sweep_at,started_at,completed_at,deadline_at,traceparent,idempotency_key}'::text[]
                                 || jsonb_build_object('began', started_at >= created_at, 'ended', completed_at >= started_at, 'deadline', deadline_at - started_at)
                          FROM workflow_executions e WHERE id = $1),
            'jobs', (SELECT jsonb_agg(to_jsonb(j) - '{id,execution_id,created_at,started_at,completed_at}'::text[]
                                      || jsonb_build_object('named', id = $1 || ':' || node_id, 'took', completed_at >= started_at) ORDER BY node_id)
                     FROM agent_jobs j WHERE execution_id = $1),
            'events', (SELECT jsonb_agg(to_jsonb(v) - '{id,execution_id,created_at,event_data}'::text[]
                                        || jsonb_build_object('data', event_data - 'duration_seconds') ORDER BY id)
                       FROM workflow_execution_events v WHERE execution_id = $1),
            'tasks', (SELECT jsonb_agg(to_jsonb(t) - '{task_id,execution_id,task_args,created_at,started_at,completed_at}'::text[]
                                       || jsonb_build_object('named', task_args = jsonb_build_array($1, split_part(task_id, ':', 2)), 'took', completed_at >= started_at)
                                       ORDER BY task_id)
                      FROM celery_tasks t WHERE execution_id = $1),
            'checkpoint', (SELECT to_jsonb(c) - '{id,execution_id,created_at,execution_state}'::text[] || jsonb_build_object('state', execution_state - 'config')
                           FROM workflow_checkpoints c WHERE execution_id = $1 AND is_latest),
            'metrics', (SELECT to_jsonb(m) - '{id,execution_id,created_at,max_memory_mb,node_stats,total_duration_seconds}'::text[]
                               || jsonb_build_object('nodes', (SELECT jsonb_object_agg(key, value - 'duration') FROM jsonb_each(node_stats)))
                        FROM workflow_execution_metrics m WHERE execution_id = $1))::text
        """;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    private ApiClient Client => _server.Client;

    private static Drawing Pure => new Drawing("Pure")
        .Node("a", "transform", new { fields = new { n = "{{ params.n }}" } })
        .Node("b", "transform", new { fields = new { n = "{{ nodes.a.n | plus: 1 }}" } }, "a")
        .Node("c", "condition", new { @if = "nodes.b.n > 1" }, "b")
        .Node("d", "output", new { value = "{{ nodes.b.n }}" }, "c");

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddLocalEngine());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = 120_000)]
    public async Task It_leaves_the_record_that_nodes_leave_which_are_committed_one_by_one()
    {
        var template = await Client.SaveAsync(Pure.ToFile());
        var byNode = await RunAsync(template, new { checkpoint_every_nodes = 1, timeout_seconds = 600 });
        Assert.Equal(4, await CommitsAsync(byNode));
        var whole = await RunAsWholeAsync(template, new { timeout_seconds = 600 }, TestContext.Current.CancellationToken);

        await RecordChecks.AssertCompleteAsync(_database.ConnectionString, whole);
        Assert.Equal(await RecordAsync(byNode), await RecordAsync(whole));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_track_tasks_it_has_no_tasks()
    {
        var template = await Client.SaveAsync(Pure.ToFile());
        var whole = await RunAsWholeAsync(template, new { track_tasks = false }, TestContext.Current.CancellationToken);

        Assert.Equal([0L], await _database.QueryAsync<long>("SELECT count(*) FROM celery_tasks WHERE execution_id = $1", whole));
    }

    [Fact]
    public async Task Each_is_counted_as_a_use_of_its_template()
    {
        var template = await Client.SaveAsync(Pure.ToFile());
        for (var i = 0; i < 3; i++)
            await RunAsync(template, new { });

        Assert.Equal([3], await _database.QueryAsync<int>("SELECT usage_count FROM workflow_templates WHERE id = $1", template));
    }

    [Fact]
    public async Task Many_at_once_are_each_recorded_whole()
    {
        var template = await Client.SaveAsync(Pure.ToFile());
        var ids = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => RunAsync(template, new { })));

        foreach (var id in ids)
            await RecordChecks.AssertCompleteAsync(_database.ConnectionString, id);
    }

    private async Task<string> RunAsync(string template, object config)
    {
        var answer = await Client.PostAsync("/api/executions", new { template_id = template, @params = new { n = 1 }, config });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal("completed", (await Client.RestAsync(answer.Id)).State);
        return answer.Id;
    }

    private async Task<string> RunAsWholeAsync(string template, object config, CancellationToken cancellationToken)
    {
        // Where the machine stalls in the middle of a run, it is recorded in parts.
        while (true)
        {
            var id = await RunAsync(template, config);
            if (await IsOneCommitAsync(id))
                return id;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<string> RecordAsync(string id) =>
        JsonSerializer.Serialize(JsonElement.Parse((await _database.QueryAsync<string>(Record, id)).Single()), s_indented);

    private async Task<long> CommitsAsync(string id) =>
        (await _database.QueryAsync<long>("SELECT count(DISTINCT xmin::text) FROM agent_jobs WHERE execution_id = $1", id)).Single();

    private async Task<bool> IsOneCommitAsync(string id) =>
        (
            await _database.QueryAsync<bool>(
                "SELECT bool_and(j.xmin = e.xmin) FROM agent_jobs j JOIN workflow_executions e ON e.id = j.execution_id WHERE e.id = $1",
                id)).Single()
        && (
            await _database.QueryAsync<bool>(
                "SELECT v.xmin = e.xmin FROM workflow_execution_events v JOIN workflow_executions e ON e.id = v.execution_id WHERE e.id = "
                    + "$1 AND v.event_type = 'started'",
                id)).Single();
}
