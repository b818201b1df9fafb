using System.Net;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

public class RetentionCallTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_dry_run_can_be_asked_for_over_HTTP()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", "failed", "7 months");
        await using var server = await ApiServer.StartAsync(keeper.Database.ConnectionString, services => services.AddLocalEngine());

        var answer = await server.Client.PostAsync("/api/admin/retention?dry_run=true");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.True(answer["dry_run"].GetBoolean());
        Assert.Contains(answer["tables"].EnumerateArray(), line =>
            line.GetProperty("table").GetString() == "agent_jobs" && line.GetProperty("rows").GetInt64() > 0
            && line.GetProperty("archive_table").GetString() == $"agent_jobs_archive_{line.GetProperty("quarter").GetString()}");
        Assert.Equal(["old"], await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task What_went_is_answered_over_HTTP_and_is_not_found_any_more()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", "paused", "31 days");
        await using var server = await ApiServer.StartAsync(keeper.Database.ConnectionString, services => services.AddLocalEngine());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/executions/old")).Status);

        var answer = await server.Client.PostAsync("/api/admin/retention");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.False(answer["dry_run"].GetBoolean());
        Assert.Equal(8, answer["tables"].EnumerateArray().Sum(line => line.GetProperty("rows").GetInt64()));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/executions/old")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.PostAsync("/api/executions/old/resume")).Status);
    }

    [Theory]
    [InlineData("?dry_run=maybe")]
    [InlineData("?dry_run")]
    public async Task A_dry_run_that_is_neither_true_nor_false_is_refused(string query)
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("old", "failed", "7 months");
        await using var server = await ApiServer.StartAsync(keeper.Database.ConnectionString, services => services.AddLocalEngine());

        var answer = await server.Client.PostAsync($"/api/admin/retention{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("true or false", answer["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal(["old"], await keeper.ExecutionsAsync());
    }

    [Fact]
    public async Task The_command_line_shows_what_would_go_and_then_what_went()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(30);

        var foreseen = await RunAsync(keeper, "retention", "--dry-run");
        Assert.Equal(0, foreseen.Code);
        Assert.Contains("240 rows would be archived; nothing was changed.", foreseen.Text, StringComparison.Ordinal);
        Assert.Contains("workflow_checkpoints       2021_q1", foreseen.Text, StringComparison.Ordinal);
        Assert.Equal(30, (await keeper.ExecutionsAsync()).Count);

        var done = await RunAsync(keeper, "retention");
        Assert.Equal(0, done.Code);
        Assert.Contains("240 rows are archived.", done.Text, StringComparison.Ordinal);
        Assert.Empty(await keeper.ExecutionsAsync());
    }

    private static async Task<(int Code, string Text)> RunAsync(Keeper keeper, params IEnumerable<string> arguments)
    {
        using var process = CommandProcess.Start([.. arguments, "--connection", keeper.Database.ConnectionString]);
        return await process.EndAsync();
    }
}
