using System.Net;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>SIGTERM to a real server while it works.</summary>
public class GracefulStopTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_node_that_runs_finishes_first_while_the_server_says_that_it_is_not_ready_and_begins_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await EffectCounter.StartAsync();
        var gate = new TaskCompletionSource();
        service.Gate = gate.Task;
        // Enough for the slowest machine: the node ends when the test says so.
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString, cancellationToken, ("Shutdown__TimeoutSeconds", "300"));
        var template = await server.Client.SaveAsync(TwoCalls(service.Address));
        var called = service.NextCallAsync();
        var execution = await server.Client.StartAsync(template);
        await called;
        var events = ReadEventsAsync(server.Client, execution, cancellationToken);

        server.Terminate();
        var ready = await server.Client.GetAsync("/api/health/ready");
        while (ready.Status == HttpStatusCode.OK)
            ready = await server.Client.GetAsync("/api/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Contains("stopping", ready["checks"].GetProperty("process").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/health/live")).Status);
        await events;
        var late = await server.Client.StartAsync(template);
        gate.SetResult();
        await server.ExitAsync(cancellationToken);

        Assert.Equal(0, server.ExitCode);
        Assert.Equal(["first completed"], await JobsAsync(database, execution));
        Assert.Empty(await JobsAsync(database, late));
        Assert.Equal(1, service.Counts["first"]);

        await using var next = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
        Assert.Equal("completed", (await next.Client.RestAsync(execution)).State);
        Assert.Equal("completed", (await next.Client.RestAsync(late)).State);
        Assert.Equal(2, service.Counts["first"]);
    }

    [Fact]
    public async Task A_node_that_does_not_finish_in_time_is_left_to_the_next_server()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var service = await EffectCounter.StartAsync();
        service.Gate = new TaskCompletionSource().Task;
        await using var server = await ServerProcess.StartAsync(
            database.ConnectionString, cancellationToken, ("Shutdown__TimeoutSeconds", "2"));
        var called = service.NextCallAsync();
        var execution = await server.Client.StartAsync(await server.Client.SaveAsync(TwoCalls(service.Address)));
        await called;
        await server.Client.UntilAsync(execution, "first", "running");

        server.Terminate();
        await server.ExitAsync(cancellationToken);

        Assert.Equal(0, server.ExitCode);
        Assert.Equal(["first running"], await JobsAsync(database, execution));
        service.Gate = Task.CompletedTask;
        await using var next = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);
        Assert.Equal("completed", (await next.Client.RestAsync(execution)).State);
        Assert.Equal((2, 1), (service.Counts["first"], service.Counts["second"]));
    }

    /// <summary>Reads the events of an execution until the server ends the stream.</summary>
    private static async Task ReadEventsAsync(ApiClient client, string execution, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{execution}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await (await response.Content.ReadAsStreamAsync(cancellationToken)).CopyToAsync(Stream.Null, cancellationToken);
    }

    private static Task<IReadOnlyList<string>> JobsAsync(TestDatabase database, string execution) =>
        database.QueryAsync<string>("SELECT node_id || ' ' || status FROM agent_jobs WHERE execution_id = $1 ORDER BY node_id", execution);

    private static object TwoCalls(string address) => new
    {
        name = "Two calls",
        nodes = new[]
        {
            new { id = "first", type = "http_request", data = new { method = "POST", url = address + "/count/first" } },
            new { id = "second", type = "http_request", data = new { method = "POST", url = address + "/count/second" } },
        },
        edges = new[] { TestWorkflows.Edge("first", "second") },
    };
}
