using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>The program's services over a database of a test's own, with old rows to keep house with.</summary>
internal sealed class Keeper : IAsyncDisposable
{
    private static readonly string[] s_children =
        ["agent_jobs", "workflow_execution_events", "workflow_checkpoints", "workflow_execution_metrics", "celery_tasks"];

    private readonly ServiceProvider _services;

    private Keeper(TestDatabase database, ServiceProvider services) => (Database, _services) = (database, services);

    /// <summary>The tables whose rows go to an archive.</summary>
    public static IReadOnlyList<string> Tables => ["workflow_executions", .. s_children];

    public TestDatabase Database { get; }

    public RetentionRunner Retention => Get<RetentionRunner>();

    /// <summary>Over a new database.</summary>
    public static async Task<Keeper> CreateAsync(PostgresFixture postgres, params IEnumerable<(string Key, string Value)> settings) =>
        await CreateAsync(await postgres.CreateDatabaseAsync(), settings);

    /// <summary>Over a database that is the keeper's from then on.</summary>
    public static async Task<Keeper> CreateAsync(TestDatabase database, params IEnumerable<(string Key, string Value)> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .AddInMemoryCollection([
                KeyValuePair.Create($"ConnectionStrings:{WorkflowServices.ConnectionName}", (string?)database.ConnectionString),
            ])
            .Build();
        var keeper = new Keeper(database, new ServiceCollection().AddLogging().AddWorkflow(configuration).BuildServiceProvider());
        await database.ExecuteAsync("INSERT INTO workflow_templates (id, name) VALUES ('tpl', 'Template')");
        return keeper;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Adds an execution and a row of each table that belongs to it.</summary>
    /// <param name="id">The execution.</param>
    /// <param name="status">Its status.</param>
    /// <param name="age">How long ago, as PostgreSQL writes intervals, everything about it happened.</param>
    public async Task AddAsync(string id, string status, string age)
    {
        await Database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at, started_at, completed_at)
            SELECT $1, 'tpl', 'default', 'default', 'default', $2, t, CASE WHEN $2 = 'pending' THEN NULL ELSE t END,
                   CASE WHEN $2 IN ('completed', 'failed', 'cancelled') THEN t END
            FROM (SELECT NOW() - $3::interval AS t) given
            """,
            id, status, age);
        await AddChildrenAsync("id = $1", id);
    }

    /// <summary>Adds executions that ended long ago, over two quarters, with rows of each table.</summary>
    public async Task AddManyAsync(int count)
    {
        await Database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status, created_at, completed_at)
            SELECT 'old-' || n, 'tpl', 'default', 'default', 'default', 'completed', t, t + interval '1 hour'
            FROM (SELECT n, '2021-02-01'::timestamptz + n % 100 * interval '1 day' AS t FROM generate_series(1, $1) n) given
            """,
            count);
        await AddChildrenAsync("id LIKE $1", "old-%");
    }

    /// <summary>Every row of the live tables and the archives, as text: what must not change, whatever is archived.</summary>
    public async Task<IReadOnlyList<string>> AllRowsAsync()
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            foreach (var place in await PlacesOfAsync(table))
                rows.AddRange(await Database.QueryAsync<string>($"SELECT '{table} ' || t::text FROM {place} t"));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>The names of the archives of a table.</summary>
    public Task<IReadOnlyList<string>> ArchivesOfAsync(string table) => Database.QueryAsync<string>(
        "SELECT tablename::text FROM pg_tables WHERE tablename LIKE $1 || '\\_archive\\_%' ORDER BY 1", table);

    /// <summary>How many rows are in the archives of a table.</summary>
    public async Task<long> CountArchivedAsync(string table)
    {
        long count = 0;
        foreach (var archive in await ArchivesOfAsync(table))
            count += await CountAsync(archive);
        return count;
    }

    public async Task<long> CountAsync(string table) => (await Database.QueryAsync<long>($"SELECT count(*) FROM {table}")).Single();

    /// <summary>The ids of the executions that are where they are used.</summary>
    public Task<IReadOnlyList<string>> ExecutionsAsync() => Database.QueryAsync<string>("SELECT id FROM workflow_executions ORDER BY id");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> PlacesOfAsync(string table) => [table, .. await ArchivesOfAsync(table)];

    private async Task AddChildrenAsync(string condition, string value)
    {
        string[] statements =
        [
            "INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, output_data_json, created_at) SELECT id || ':a', id, "
                + "'a', 'transform', 'completed', '{\"n\": 1}', created_at",
            "INSERT INTO agent_jobs (id, execution_id, node_id, job_type, status, created_at) SELECT id || ':b', id, 'b', 'merge', "
                + "'skipped', created_at + interval '40 days'",
            "INSERT INTO workflow_execution_events (execution_id, event_type, message, created_at) SELECT id, 'created', 'Accepted', "
                + "created_at",
            "INSERT INTO workflow_execution_events (execution_id, event_type, message, created_at) SELECT id, 'started', 'Started', "
                + "created_at",
            "INSERT INTO workflow_checkpoints (id, execution_id, checkpoint_type, node_id, execution_state, completed_node_ids, "
                + "created_at) SELECT id || ':cp', id, 'auto', 'a', '{}', ARRAY['a'], created_at",
            "INSERT INTO workflow_execution_metrics (id, execution_id, total_cost_usd, created_at) SELECT id || ':metrics', id, 0.25, "
                + "created_at",
            "INSERT INTO celery_tasks (task_id, execution_id, task_name, status, created_at) SELECT id || ':a', id, 'workflow.transform', "
                + "'success', created_at",
        ];
        foreach (var statement in statements)
            await Database.ExecuteAsync($"{statement} FROM workflow_executions WHERE {condition}", value);
    }
}
