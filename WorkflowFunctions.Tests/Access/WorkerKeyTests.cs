using System.Net;
using WorkflowFunctions.Tests.EndToEnd;

namespace WorkflowFunctions.Tests.Access;

/// <summary>What the keys of workers may do, and what roles of the database may.</summary>
public class WorkerKeyTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    [Fact]
    public async Task A_key_of_a_worker_takes_tasks_of_its_queues_and_of_its_workspace_alone()
    {
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        using var globex = await api.ClientAsync("admin", SecuredApi.Globex);
        var copy = await StartAsync(acme, "copy");
        await StartAsync(acme, "images");
        await StartAsync(globex, "copy");
        var made = await acme.PostAsync("/api/keys", new { name = "Copy worker", scope = "work", queues = new[] { "copy" } });
        using var worker = api.Server.ClientWith(made["key"].GetString()!);

        var other = await worker.PostAsync("/api/workers/tasks/claim", new { worker = "w", queues = new[] { "copy", "images" } });
        var claimed = await worker.PostAsync("/api/workers/tasks/claim", new { worker = "w", max = 10 });

        Assert.Equal((HttpStatusCode.BadRequest, "/queues"), (other.Status, Assert.Single(other.Pointers)));
        var task = Assert.Single(claimed["tasks"].EnumerateArray());
        Assert.Equal($"{copy}:work", task.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await worker.GetAsync($"/api/executions/{copy}")).Status);
        var listed = Assert.Single((await acme.GetAsync("/api/workers/tasks?queue=copy")).Json.EnumerateArray());
        Assert.Equal(("w", "acme"), (listed.GetProperty("worker").GetString(), listed.GetProperty("workspace_id").GetString()));
        var queues = (await acme.GetAsync("/api/workers/queues")).Json.EnumerateArray().ToDictionary(
            queue => queue.GetProperty("queue").GetString()!,
            queue => (queue.GetProperty("waiting").GetInt32(), queue.GetProperty("leased").GetInt32()));
        Assert.Equal(((0, 1), (1, 0)), (queues["copy"], queues["images"]));

        Assert.Equal(HttpStatusCode.NoContent, (await acme.PostAsync($"/api/workers/tasks/{copy}%3Awork/release")).Status);
        var late = await worker.PostAsync(
            $"/api/workers/tasks/{copy}%3Awork/complete", new { lease = task.GetProperty("lease").GetString() });
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
    }

    [Fact]
    public async Task Only_keys_of_workers_are_bound_to_queues()
    {
        using var admin = await api.ClientAsync("admin", SecuredApi.Acme);

        var made = await admin.PostAsync("/api/keys", new { name = "Reader", scope = "read", queues = new[] { "copy" } });

        Assert.Equal((HttpStatusCode.BadRequest, "/queues"), (made.Status, Assert.Single(made.Pointers)));
    }

    [Fact]
    public async Task A_workspace_that_queues_much_is_not_before_one_that_queues_little()
    {
        using var acme = await api.ClientAsync("admin", SecuredApi.Acme);
        using var globex = await api.ClientAsync("admin", SecuredApi.Globex);
        var much = await acme.StartAsync(await acme.SaveAsync(new
        {
            name = "Much",
            nodes = new object[]
            {
                new { id = "each", type = "for_each", data = new { items = Enumerable.Range(0, 30), max_parallel = 30 } },
                new { id = "work", type = "task", parentId = "each", data = new { name = "work", queue = "fair" } },
            },
            edges = Array.Empty<object>(),
        }));
        foreach (var item in Enumerable.Range(0, 30))
            await acme.UntilAsync(much, $"work#{item}", "waiting");
        var little = new List<string> { await StartAsync(globex, "fair"), await StartAsync(globex, "fair") };

        using var worker = await api.ClientAsync("work");
        var claimed = await worker.PostAsync("/api/workers/tasks/claim", new { worker = "w", queues = new[] { "fair" }, max = 4 });

        Assert.Equal(
            little.Select(id => $"{id}:work").Order(),
            claimed["tasks"].EnumerateArray().Select(task => task.GetProperty("id").GetString()!)
                .Where(id => !id.StartsWith(much, StringComparison.Ordinal)).Order());
        Assert.Equal(4, claimed["tasks"].GetArrayLength());
    }

    [Fact]
    public async Task A_role_of_the_database_needs_the_right_to_call_the_functions_and_no_other()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(api.Postgres);
        await using var server = await LocalServer.StartAsync(database);
        await using var role = await TestRole.CreateAsync(database);
        var id = await StartAsync(server.Client, "copy");
        await using var source = Npgsql.NpgsqlDataSource.Create(role.ConnectionString);

        Assert.Equal("42501", await RefusalAsync("SELECT workflow_complete_task('x')"));
        await database.ExecuteAsync($"GRANT EXECUTE ON FUNCTION workflow_claim_tasks, workflow_complete_task TO {role.Name}");
        Assert.Equal("42501", await RefusalAsync("SELECT * FROM workflow_tasks"));
        Assert.Equal("42501", await RefusalAsync("SELECT workflow_settle_task('x', NULL, '{}')"));
        await using (
            var claim = source.CreateCommand("SELECT workflow_complete_task(id, '7', lease) FROM workflow_claim_tasks('app', '{copy}')"))
            await claim.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal(7, (await server.Client.RestAsync(id))["outputs"].GetProperty("work").GetInt32());

        async Task<string> RefusalAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return (
                await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                    command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)
                )).SqlState;
        }
    }

    private static async Task<string> StartAsync(Infrastructure.ApiClient client, string queue)
    {
        var id = await client.StartAsync(await client.SaveAsync(new
        {
            name = "Work",
            nodes = new object[] { new { id = "work", type = "task", data = new { name = "work", queue } } },
            edges = Array.Empty<object>(),
        }));
        await client.UntilAsync(id, "work", "waiting");
        return id;
    }
}
