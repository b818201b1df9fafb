using System.Net;
using System.Text.Json.Nodes;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>The engine and the API over a database whose events and executions were partitioned.</summary>
public class ConvertedEngineTests(PostgresFixture postgres)
{
    public static TheoryData<string> Names => [.. SampleFile.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sample_completes_with_a_record_that_adds_up(string name)
    {
        await using var keeper = await ConvertedAsync();
        await using var server = await LocalServer.StartAsync(keeper.Database);

        var executionId = await server.Client.StartFileAsync(
            JsonNode.Parse(SampleFile.All.Single(sample => sample.Name == name).Json.GetRawText())!.AsObject());

        Assert.Equal("completed", (await server.Client.RestAsync(executionId)).State);
        await RecordChecks.AssertCompleteAsync(keeper.Database.ConnectionString, executionId);
    }

    [Fact]
    public async Task Executions_are_started_paused_resumed_cancelled_listed_and_archived()
    {
        await using var keeper = await ConvertedAsync();
        await keeper.AddManyAsync(40);
        await using var server = await LocalServer.StartAsync(keeper.Database);
        var template = await server.Client.SaveAsync(TestWorkflows.Waiting());

        var first = await server.Client.StartAsync(template);
        foreach (var change in (string[])["pause", "resume", "cancel"])
            Assert.True((int)(await server.Client.PostAsync($"/api/executions/{first}/{change}")).Status < 300, change);
        Assert.Equal("cancelled", (await server.Client.RestAsync(first)).State);
        Assert.True((int)(await server.Client.PostAsync("/api/admin/analytics/refresh")).Status < 300);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/executions?workspace_id=default&status=cancelled")).Status);
        var retention = await server.Client.PostAsync("/api/admin/retention");

        Assert.Equal(320, retention["tables"].EnumerateArray().Sum(line => line.GetProperty("rows").GetInt64()));
        Assert.Equal([first], await keeper.ExecutionsAsync());
        Assert.All(
            (await server.Client.PostAsync("/api/admin/partitions"))["tables"].EnumerateArray(),
            table => Assert.True(table.GetProperty("is_partitioned").GetBoolean()));
    }

    [Fact]
    public async Task An_idempotency_key_starts_once_and_an_inserted_row_starts()
    {
        await using var keeper = await ConvertedAsync();
        await using var server = await LocalServer.StartAsync(keeper.Database);
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());

        var key = Guid.NewGuid().ToString();
        var starts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartAsync(server.Client, template, key)));
        await keeper.Database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id) VALUES ('inserted', $1, 'default', "
                + "'default', 'default')", template);

        Assert.Single(starts.Distinct());
        Assert.Equal("completed", (await server.Client.RestAsync("inserted")).State);
        Assert.Equal(2, await keeper.CountAsync("workflow_executions_ws_default") + await keeper.CountAsync("workflow_executions_default"));
    }

    private async Task<Keeper> ConvertedAsync()
    {
        var keeper = await Keeper.CreateAsync(await DocumentedDatabase.CreateAsync(postgres), ("Partitions:MajorWorkspaceRows", "1"));
        // One workspace has a partition of its own already; its only row goes before the test begins.
        await keeper.Database.ExecuteAsync(
            "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status) VALUES ('x', 'tpl', 'default', "
                + "'default', 'default', 'completed')");
        foreach (var table in PartitionConverter.Tables.Keys)
            await keeper.Get<PartitionConverter>().RunAsync(table, _ => { }, TestContext.Current.CancellationToken);
        await keeper.Database.ExecuteAsync("DELETE FROM workflow_executions");
        return keeper;
    }

    private static async Task<string> StartAsync(ApiClient client, string template, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/executions")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { template_id = template }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["id"]!.GetValue<string>();
    }
}
