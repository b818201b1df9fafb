using System.Net;
using Npgsql;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>
/// Executions that are started at the same time are accepted together. What is wrong with one is not the others' concern.
/// </summary>
public class StartTogetherTests(PostgresFixture postgres)
{
    private const int Others = 40;

    [Fact]
    public async Task One_that_has_to_wait_for_a_lock_does_not_keep_the_others()
    {
        await using var api = new ApiFixture(postgres);
        await api.InitializeAsync();
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await api.Database.ExecuteAsync("INSERT INTO projects (id, name) VALUES ('locked', 'Locked')");
        Task<ApiAnswer> waiting;
        await using (var holder = new NpgsqlConnection(api.Database.ConnectionString))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using (var hold = new NpgsqlCommand("SELECT id FROM projects WHERE id = 'locked' FOR UPDATE", holder))
                await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            waiting = StartAsync(api, template, "locked");
            // Sooner than the driver gives a statement up, which is after half a minute.
            var others = await StartOthersAsync(api, template).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

            Assert.All(others, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
            Assert.False(waiting.IsCompleted);
        }

        Assert.Equal("completed", (await api.Client.RestAsync((await waiting).Id)).State);
    }

    [Fact]
    public async Task One_that_is_refused_does_not_keep_the_others()
    {
        await using var api = new ApiFixture(postgres);
        await api.InitializeAsync();
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());

        var refused = StartAsync(api, template, "nowhere");
        var others = await StartOthersAsync(api, template);

        Assert.Equal(["/project_id"], (await refused).Pointers);
        Assert.All(others, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.Equal(Others, others.Select(answer => answer.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_connection_that_has_ended_since_is_not_noticed()
    {
        await using var api = new ApiFixture(postgres);
        await api.InitializeAsync();
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());
        await api.Client.RestAsync((await StartAsync(api, template, "default")).Id);
        var ended = await api.Database.QueryAsync<bool>("""
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '-- Accepts executions%'
            """);

        var started = await StartAsync(api, template, "default");

        Assert.NotEmpty(ended);
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Equal("completed", (await api.Client.RestAsync(started.Id)).State);
    }

    private static Task<ApiAnswer[]> StartOthersAsync(ApiFixture api, string template) =>
        Task.WhenAll(Enumerable.Range(0, Others).Select(_ => StartAsync(api, template, "default")));

    private static Task<ApiAnswer> StartAsync(ApiFixture api, string template, string project) =>
        api.Client.PostAsync("/api/executions", new { template_id = template, project_id = project });
}
