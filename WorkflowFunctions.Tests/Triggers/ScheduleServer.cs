using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Schedules;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>The API with a clock that the test sets. It starts what is due when the test says so, and runs nothing.</summary>
internal sealed class ScheduleServer : IAsyncDisposable
{
    private readonly ApiServer _server;

    private ScheduleServer(ApiServer server, TestDatabase database, SetTime time, HeardEngine engine) =>
        (_server, Database, Time, Engine) = (server, database, time, engine);

    public TestDatabase Database { get; }

    public SetTime Time { get; }

    public HeardEngine Engine { get; }

    public ApiClient Client => _server.Client;

    /// <summary>Starts a server on a database; the caller disposes of the database.</summary>
    public static async Task<ScheduleServer> StartAsync(TestDatabase database, string now, Action<ScheduleOptions>? configure = null)
    {
        var (time, engine) = (new SetTime(now), new HeardEngine());
        var server = await ApiServer.StartAsync(database.ConnectionString, services => services
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IEngine>(engine)
            .Configure(configure ?? (static _ => { })));
        return new ScheduleServer(server, database, time, engine);
    }

    /// <summary>Saves a schedule of a greeting and returns its id.</summary>
    public async Task<string> ScheduleAsync(string cron, string onMissed = "skip", string timeZone = "UTC")
    {
        var template = await Client.SaveAsync(TestWorkflows.Greeting());
        var answer = await Client.PostAsync(
            "/api/schedules", new { template_id = template, cron, on_missed = onMissed, time_zone = timeZone });
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
        return answer.Id;
    }

    /// <summary>Sets the clock and starts what is due.</summary>
    public async Task RunAsync(string now)
    {
        Time.Now = DateTimeOffset.Parse(now);
        await RunAsync();
    }

    /// <summary>Starts what is due.</summary>
    public Task RunAsync() => _server.Services.GetRequiredService<ScheduleRunner>().RunAsync(TestContext.Current.CancellationToken);

    /// <summary>The times that have become executions, in their order: the ends of their keys.</summary>
    public Task<IReadOnlyList<string>> TimesAsync() => Database.QueryAsync<string>(
        "SELECT substring(idempotency_key FROM 'sched-[0-9a-f]+:(.*)$') FROM workflow_executions WHERE idempotency_key IS NOT NULL ORDER "
            + "BY 1");

    /// <summary>The next time of a schedule, as the API shows it.</summary>
    public async Task<string?> NextAsync(string id) =>
        (await Client.GetAsync($"/api/schedules/{id}"))["next_run_at"] is { ValueKind: System.Text.Json.JsonValueKind.String } next
            ? next.GetDateTimeOffset().ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
            : null;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
