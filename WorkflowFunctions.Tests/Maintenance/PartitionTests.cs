using System.Globalization;
using System.Net;
using WorkflowFunctions.Api.Partitions;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

public class PartitionTests(PostgresFixture postgres)
{
    private const string Events = "workflow_execution_events";

    [Fact]
    public async Task A_new_database_keeps_events_by_quarter_with_the_documented_key_sequence_indexes_and_reference()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddAsync("now", "running", "0 seconds");

        var partition = Assert.Single(
            (await keeper.Database.QueryAsync<string>($"SELECT DISTINCT tableoid::regclass::text FROM {Events}")));
        Assert.Equal($"{Events}_{Quarter(DateTimeOffset.UtcNow)}", partition);
        Assert.Equal(2, (await keeper.Database.QueryAsync<long>($"SELECT DISTINCT id FROM {Events}")).Count);
        foreach (var table in (string[])[Events, partition])
        {
            Assert.Equal(
                ["created_at DESC", "execution_id, created_at DESC", "execution_id, node_id, created_at DESC", "id, created_at"],
                await keeper.Database.QueryAsync<string>(
                    "SELECT substring(pg_get_indexdef(indexrelid) from '\\((.*)\\)') FROM pg_index WHERE indrelid = $1::regclass ORDER BY "
                        + "1", table));
            Assert.Equal(
                ["FOREIGN KEY (execution_id) REFERENCES workflow_executions(id)"],
                await keeper.Database.QueryAsync<string>(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = $1::regclass", table));
        }
    }

    [Fact]
    public async Task Partitions_are_made_ahead_of_time_once()
    {
        await using var keeper = await Keeper.CreateAsync(postgres, ("Partitions:QuartersAhead", "5"));

        var first = await RunAsync(keeper);
        var second = await RunAsync(keeper);

        Assert.True(first.IsPartitioned);
        Assert.Equal(4, first.Made.Count);
        Assert.Empty(second.Made);
        Assert.Equal(
            Enumerable
                .Range(0, 6)
                .Select(ahead => $"{Events}_{Quarter(DateTimeOffset.UtcNow.AddDays(1 - DateTimeOffset.UtcNow.Day).AddMonths(3 * ahead))}")
                .Append($"{Events}_default"),
            second.Partitions);
    }

    [Fact]
    public async Task Rows_that_have_no_partition_are_taken_and_move_into_one_unchanged()
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(100);
        await keeper.Database.ExecuteAsync(
            $"INSERT INTO {Events} (execution_id, event_type, created_at) VALUES ('old-1', 'created', 'infinity')");
        var before = await keeper.Database.QueryAsync<string>($"SELECT t::text FROM {Events} t ORDER BY id");
        Assert.Equal(before.Count, await keeper.CountAsync($"{Events}_default"));

        var report = await RunAsync(keeper);

        Assert.Equal(200, report.Made.Sum(made => made.RowsMoved));
        Assert.Equal(1, await keeper.CountAsync($"{Events}_default"));
        Assert.Equal(before, await keeper.Database.QueryAsync<string>($"SELECT t::text FROM {Events} t ORDER BY id"));
        foreach (var made in report.Made)
            Assert.Equal(made.RowsMoved, await keeper.CountAsync(made.Name));
        Assert.Equal(
            200,
            (await keeper.Retention.RunAsync(TestContext.Current.CancellationToken))
                .Tables.Where(line => line.Table == Events)
                .Sum(line => line.Rows) - 1);
    }

    [Theory]
    [InlineData("created_at >= '2021-01-01+00' AND created_at < '2021-04-01+00'")]
    [InlineData("execution_id = 'old-1' AND created_at >= '2021-02-01+00' AND created_at < '2021-03-01+00' ORDER BY created_at DESC")]
    [InlineData("execution_id = 'old-1' AND node_id = 'a' AND created_at = '2021-02-02+00'")]
    public async Task A_query_with_bounds_in_time_reads_the_partitions_of_that_time_alone(string condition)
    {
        await using var keeper = await Keeper.CreateAsync(postgres);
        await keeper.AddManyAsync(100);
        await RunAsync(keeper);

        var plan = string.Join('\n', await keeper.Database.QueryAsync<string>($"EXPLAIN SELECT * FROM {Events} WHERE {condition}"));

        Assert.Contains($"{Events}_2021_q1", plan, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Events}_2021_q2", plan, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Events}_default", plan, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Events}_{Quarter(DateTimeOffset.UtcNow)}", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_events_table_that_was_there_before_is_left_as_it_is()
    {
        await using var database = await DocumentedDatabase.CreateAsync(postgres);
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());

        var answer = await server.Client.PostAsync("/api/admin/partitions");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        foreach (var table in answer["tables"].EnumerateArray())
        {
            Assert.False(table.GetProperty("is_partitioned").GetBoolean());
            Assert.Empty(table.GetProperty("made").EnumerateArray());
        }
    }

    [Fact]
    public async Task Partitions_are_made_over_HTTP_while_executions_run()
    {
        await using var keeper = await Keeper.CreateAsync(postgres, ("Partitions:QuartersAhead", "9"));
        await keeper.AddManyAsync(100);
        await using var server = await ApiServer.StartAsync(keeper.Database.ConnectionString, services => services.AddLocalEngine());
        var template = await server.Client.SaveAsync(TestWorkflows.Greeting());
        var started = Enumerable.Range(0, 20).Select(_ => server.Client.StartAsync(template)).ToArray();

        var answer = await server.Client.PostAsync("/api/admin/partitions");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var events = answer["tables"].EnumerateArray().Single(table => table.GetProperty("table").GetString() == Events);
        Assert.Equal(200, events.GetProperty("made").EnumerateArray().Sum(made => made.GetProperty("rows_moved").GetInt64()));
        foreach (var id in await Task.WhenAll(started))
            Assert.Equal("completed", (await server.Client.RestAsync(id)).State);
    }

    /// <returns>What was made of the events.</returns>
    private static async Task<TablePartitions> RunAsync(Keeper keeper) =>
        (await keeper.Get<PartitionRunner>().RunAsync(TestContext.Current.CancellationToken)).Tables.Single(table => table.Table == Events);

    private static string Quarter(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Year}_q{((time.Month - 1) / 3) + 1}");
}
