using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>What becomes of the times of a schedule, by a clock that the test sets.</summary>
public sealed class ScheduleRunTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Start = "2026-05-04T06:30:00Z";

    private TestDatabase _database = null!;
    private ScheduleServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ScheduleServer.StartAsync(_database, Start, options => options.MaxCatchUp = 4);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_time_becomes_one_execution_and_the_engine_is_told_of_it()
    {
        var template = await _server.Client.SaveAsync(TestWorkflows.Greeting());
        var schedule = await _server.Client.PostAsync("/api/schedules", new
        {
            template_id = template,
            cron = "0 7 * * *",
            @params = new { topic = "çay" },
            config = new { max_parallel_nodes = 3, @params = new { topic = "lost", more = 1 } },
        });
        await _server.RunAsync("2026-05-04T06:59:59.9Z");
        Assert.Empty(await _server.TimesAsync());

        await _server.RunAsync("2026-05-04T07:00:00.3Z");
        await _server.RunAsync("2026-05-04T07:00:01Z");

        Assert.Equal(["2026-05-04T07:00:00Z"], await _server.TimesAsync());
        var id = Assert.Single(_server.Engine.Started);
        var execution = await _server.Client.GetAsync($"/api/executions/{id}");
        Assert.Equal(template, execution["template_id"].GetString());
        Assert.Equal("pending", execution.State);
        Assert.Equal(64, execution["template_version"].GetString()!.Length);
        Assert.Equal(3, execution["config_json"].GetProperty("max_parallel_nodes").GetInt32());
        Assert.Equal(
            """{"more": 1, "tone": "warm", "topic": "çay"}""",
            Assert.Single(await _database.QueryAsync<string>("SELECT config_json ->> 'params' FROM workflow_executions")));
        Assert.Equal("2026-05-05T07:00:00Z", await _server.NextAsync(schedule.Id));
        var after = await _server.Client.GetAsync($"/api/schedules/{schedule.Id}");
        Assert.Equal(id, after["last_execution_id"].GetString());
        Assert.Equal(DateTimeOffset.Parse("2026-05-04T07:00:00Z"), after["last_run_at"].GetDateTimeOffset());
        Assert.Equal(
            ["created " + schedule.Id, "scheduled " + schedule.Id],
            await _database.QueryAsync<string>("SELECT event_type || ' ' || created_by FROM workflow_execution_events ORDER BY id"));
    }

    [Fact]
    public async Task An_engine_that_cannot_be_told_loses_nothing()
    {
        await _server.ScheduleAsync("0 7 * * *");
        await _server.ScheduleAsync("0 7 * * *");
        _server.Engine.Fails = true;

        await _server.RunAsync("2026-05-04T07:00:00Z");

        Assert.Equal(2, (await _server.TimesAsync()).Count);
        Assert.Equal(2, _server.Engine.Started.Count);
    }

    [Theory]
    // In time: at the time itself, and up to a minute later.
    [InlineData("skip", "2026-05-04T07:01:00Z", "07", null)]
    [InlineData("run_once", "2026-05-04T07:01:00Z", "07", null)]
    [InlineData("run_all", "2026-05-04T07:01:00Z", "07", null)]
    // One time, too late.
    [InlineData("skip", "2026-05-04T07:01:01Z", "", null)]
    [InlineData("run_once", "2026-05-04T07:59:00Z", "07", null)]
    [InlineData("run_all", "2026-05-04T07:59:00Z", "07", null)]
    // Several times, the latest of them too late.
    [InlineData("skip", "2026-05-04T10:30:00Z", "", null)]
    [InlineData("run_once", "2026-05-04T10:30:00Z", "10", "07")]
    [InlineData("run_all", "2026-05-04T10:30:00Z", "07 08 09 10", null)]
    // Several times, the latest of them in time.
    [InlineData("skip", "2026-05-04T10:00:05Z", "10", "07")]
    [InlineData("run_once", "2026-05-04T10:00:05Z", "10", "07")]
    [InlineData("run_all", "2026-05-04T10:00:05Z", "07 08 09 10", null)]
    // More of them than are made up for.
    [InlineData("run_all", "2026-05-04T18:30:00Z", "15 16 17 18", "07")]
    public async Task Times_at_which_nobody_was_there_become_what_on_missed_says(
        string onMissed, string now, string hours, string? skippedFrom)
    {
        var id = await _server.ScheduleAsync("0 * * * *", onMissed);

        await _server.RunAsync(now);
        await _server.RunAsync();

        var expected = hours.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(hour => $"2026-05-04T{hour}:00:00Z").ToList();
        Assert.Equal(expected, await _server.TimesAsync());
        Assert.Equal(expected.Count, _server.Engine.Started.Count);
        Assert.Equal(DateTimeOffset.Parse(now).AddHours(1).ToString("yyyy-MM-dd'T'HH':00:00Z'"), await _server.NextAsync(id));
        Assert.Equal(
            skippedFrom is null ? [] : [$"2026-05-04T{skippedFrom}:00:00Z"],
            await _database.QueryAsync<string>(
                "SELECT event_data ->> 'skipped_from' FROM workflow_execution_events WHERE event_data ->> 'skipped_from' IS NOT NULL"));
        if (skippedFrom is not null)
            Assert.Contains(
                "skipped",
                Assert.Single(
                    await _database.QueryAsync<string>(
                        "SELECT message FROM workflow_execution_events WHERE event_data ->> 'skipped_from' IS NOT NULL")),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Years_that_were_missed_are_bounded()
    {
        await _server.ScheduleAsync("* * * * * *", "run_all");

        await _server.RunAsync("2036-05-04T06:30:00.7Z");

        Assert.Equal(
            Enumerable.Range(57, 3).Select(second => $"2036-05-04T06:29:{second}Z").Append("2036-05-04T06:30:00Z"),
            await _server.TimesAsync());
    }

    [Fact]
    public async Task A_time_that_was_set_by_hand_is_started()
    {
        var id = await _server.ScheduleAsync("0 7 * * *");
        await _database.ExecuteAsync("UPDATE workflow_schedules SET next_run_at = '2026-05-04T06:30:01.25Z'");

        await _server.RunAsync("2026-05-04T06:30:02Z");

        Assert.Equal(["2026-05-04T06:30:01.25Z"], await _server.TimesAsync());
        Assert.Equal("2026-05-04T07:00:00Z", await _server.NextAsync(id));
    }

    [Fact]
    public async Task A_schedule_that_is_switched_off_starts_nothing_and_starts_from_now_on_when_it_is_switched_on()
    {
        var id = await _server.ScheduleAsync("0 * * * *", "run_all");
        var template = (await _server.Client.GetAsync($"/api/schedules/{id}"))["template_id"].GetString();
        await _server.Client.PutAsync(
            $"/api/schedules/{id}", new { template_id = template, cron = "0 * * * *", on_missed = "run_all", is_enabled = false });
        Assert.Null(await _server.NextAsync(id));

        await _server.RunAsync("2026-05-04T09:30:00Z");
        await _server.Client.PutAsync(
            $"/api/schedules/{id}", new { template_id = template, cron = "0 * * * *", on_missed = "run_all", is_enabled = true });
        await _server.RunAsync();

        Assert.Empty(await _server.TimesAsync());
        Assert.Equal("2026-05-04T10:00:00Z", await _server.NextAsync(id));
    }

    [Theory]
    [InlineData("15 * * * *", "UTC", "2026-05-04T07:15:00Z")]
    [InlineData("0 * * * *", "Asia/Kolkata", "2026-05-04T07:30:00Z")]
    // Nothing about its times: the one that is due stays due.
    [InlineData("0 * * * *", "UTC", "2026-05-04T07:00:00Z")]
    public async Task A_change_of_its_times_counts_from_now_on_and_any_other_change_keeps_what_is_due(
        string cron, string timeZone, string next)
    {
        var id = await _server.ScheduleAsync("0 * * * *");
        var template = (await _server.Client.GetAsync($"/api/schedules/{id}"))["template_id"].GetString();
        _server.Time.Now = DateTimeOffset.Parse("2026-05-04T07:00:00.5Z");

        await _server.Client.PutAsync(
            $"/api/schedules/{id}", new { template_id = template, cron, time_zone = timeZone, @params = new { topic = "new" } });

        Assert.Equal(next, await _server.NextAsync(id));
    }

    [Fact]
    public async Task What_fails_in_the_middle_is_rolled_back_and_tried_again()
    {
        var id = await _server.ScheduleAsync("0 7 * * *");
        var other = await _server.ScheduleAsync("0 7 * * *");
        await _database.ExecuteAsync(
            $"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not now''; END';
            CREATE TRIGGER refuses BEFORE INSERT ON workflow_execution_events FOR EACH ROW
            WHEN (NEW.event_type = 'scheduled' AND NEW.created_by = '{id}') EXECUTE FUNCTION refuse()
            """);

        await _server.RunAsync("2026-05-04T07:00:00Z");
        Assert.Single(_server.Engine.Started);
        Assert.Equal([1L], await _database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
        Assert.Equal("2026-05-04T07:00:00Z", await _server.NextAsync(id));
        Assert.Equal("2026-05-05T07:00:00Z", await _server.NextAsync(other));

        await _database.ExecuteAsync("DROP TRIGGER refuses ON workflow_execution_events");
        await _server.RunAsync("2026-05-04T07:00:05Z");

        Assert.Equal(["2026-05-04T07:00:00Z", "2026-05-04T07:00:00Z"], await _server.TimesAsync());
        Assert.Equal("2026-05-05T07:00:00Z", await _server.NextAsync(id));
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_read_here_stays_due_and_holds_up_no_other()
    {
        var broken = await _server.ScheduleAsync("0 7 * * *");
        await _database.ExecuteAsync("UPDATE workflow_schedules SET time_zone = 'Mars/Base'");
        await _server.ScheduleAsync("0 7 * * *");

        await _server.RunAsync("2026-05-04T07:00:00Z");
        await _server.RunAsync();

        Assert.Single(_server.Engine.Started);
        Assert.Equal("2026-05-04T07:00:00Z", await _server.NextAsync(broken));
    }

    [Fact]
    public async Task Two_processes_at_once_start_each_time_once()
    {
        await using var second = await ScheduleServer.StartAsync(_database, Start);
        for (var number = 0; number < 40; number++)
            await _server.ScheduleAsync("* * * * *", number % 2 == 0 ? "run_all" : "skip");

        for (var minute = 31; minute < 41; minute++)
        {
            _server.Time.Now = second.Time.Now = DateTimeOffset.Parse($"2026-05-04T06:{minute}:00Z");
            await Task.WhenAll(_server.RunAsync(), second.RunAsync(), _server.RunAsync(), second.RunAsync());
        }

        Assert.Equal([400L], await _database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
        Assert.Equal([400L], await _database.QueryAsync<long>("SELECT count(DISTINCT idempotency_key) FROM workflow_executions"));
        Assert.Equal(400, _server.Engine.Started.Concat(second.Engine.Started).Distinct().Count());
        Assert.Equal(400, _server.Engine.Started.Count + second.Engine.Started.Count);
        Assert.NotEmpty(_server.Engine.Started);
        Assert.NotEmpty(second.Engine.Started);
    }
}
