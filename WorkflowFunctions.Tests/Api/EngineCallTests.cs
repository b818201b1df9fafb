using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>What the API tells the engine, with one that runs nothing.</summary>
public sealed class EngineCallTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly SilentEngine _engine = new();
    private TestDatabase _database = null!;
    private ApiServer _server = null!;

    private ApiClient Client => _server.Client;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _server = await ApiServer.StartAsync(_database.ConnectionString, services => services.AddSingleton<IEngine>(_engine));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Each_change_is_committed_before_the_engine_is_told()
    {
        var id = await Client.StartAsync(await Client.SaveAsync(TestWorkflows.Greeting()));
        await Client.PostAsync($"/api/executions/{id}/pause");
        await Client.PostAsync($"/api/executions/{id}/resume");
        await Client.PostAsync($"/api/executions/{id}/cancel");

        Assert.Equal(["start", "status-changed", "start", "status-changed"], _engine.Calls.Select(call => call.What));
        Assert.All(_engine.Calls, call => Assert.Equal(id, call.ExecutionId));
    }

    [Fact]
    public async Task What_is_refused_is_not_told()
    {
        var id = await Client.StartAsync(await Client.SaveAsync(TestWorkflows.Greeting()));
        await Client.PostAsync("/api/executions", new { template_id = "nothing" });
        await Client.PostAsync($"/api/executions/{id}/resume");

        Assert.Single(_engine.Calls);
    }

    [Fact]
    public async Task An_engine_that_fails_fails_no_request()
    {
        _engine.Fails = true;

        var accepted = await Client.PostAsync("/api/executions", new { template_id = await Client.SaveAsync(TestWorkflows.Greeting()) });
        var paused = await Client.PostAsync($"/api/executions/{accepted.Id}/pause");
        var resumed = await Client.PostAsync($"/api/executions/{accepted.Id}/resume");
        var cancelled = await Client.PostAsync($"/api/executions/{accepted.Id}/cancel");

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        // It had not begun when it was paused.
        Assert.Equal(["paused", "pending", "cancelled"], [paused.State, resumed.State, cancelled.State]);
        Assert.Equal(4, _engine.Calls.Count);
    }

    [Fact]
    public async Task A_key_that_is_sent_again_tells_the_engine_again_while_the_execution_is_pending()
    {
        var templateId = await Client.SaveAsync(TestWorkflows.Greeting());
        _engine.Fails = true;
        var first = await Client.PostAsync("/api/executions", new { template_id = templateId }, ("Idempotency-Key", "k"));
        _engine.Fails = false;
        await Client.PostAsync("/api/executions", new { template_id = templateId }, ("Idempotency-Key", "k"));

        Assert.Equal([("start", first.Id), ("start", first.Id)], _engine.Calls);
    }

    [Theory]
    [InlineData("pause", "paused")]
    [InlineData("pause", "completed")]
    [InlineData("resume", "pending")]
    [InlineData("resume", "running")]
    [InlineData("resume", "cancelled")]
    [InlineData("cancel", "failed")]
    [InlineData("cancel", "cancelled")]
    [InlineData("checkpoint", "completed")]
    public async Task What_the_status_does_not_allow_is_refused_with_the_status(string transition, string status)
    {
        var id = await Client.StartAsync(await Client.SaveAsync(TestWorkflows.Greeting()));
        await _database.ExecuteAsync("UPDATE workflow_executions SET status = $1 WHERE id = $2", status, id);
        var before = await _database.QueryAsync<string>("SELECT to_jsonb(e)::text FROM workflow_executions e WHERE id = $1", id);

        var refused = await Client.PostAsync($"/api/executions/{id}/{transition}");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Equal("application/problem+json", refused.MediaType);
        Assert.Equal(status, refused["execution_status"].GetString());
        Assert.Contains(status, refused["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await _database.QueryAsync<string>("SELECT to_jsonb(e)::text FROM workflow_executions e WHERE id = $1", id));
    }

    private sealed class SilentEngine : IEngine
    {
        public List<(string What, string ExecutionId)> Calls { get; } = [];

        public bool Fails { get; set; }

        public Task StartAsync(string executionId, CancellationToken cancellationToken) => Hear("start", executionId);

        public Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken) =>
            Hear(name, executionId);

        private Task Hear(string what, string executionId)
        {
            Calls.Add((what, executionId));
            return Fails ? throw new InvalidOperationException("The engine is away.") : Task.CompletedTask;
        }
    }
}
