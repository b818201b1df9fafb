using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>
/// What every engine does, stated once and through the API. A class that derives from the suites of this folder runs them on an
/// engine.
/// </summary>
public abstract class EngineConformance(PostgresFixture postgres)
{
    /// <summary>Nodes that tests need besides the built-in ones.</summary>
    public static void AddTestNodes(IServiceCollection services) => services.AddNodeType<FlakyNode>();

    /// <summary>A host with the engine, on a database that is migrated or about to be.</summary>
    protected abstract Task<IEngineHost> StartHostAsync(TestDatabase database, IReadOnlyDictionary<string, string?>? settings = null);

    /// <summary>A database and a host of the test's own.</summary>
    protected async Task<EngineBench> StartAsync(params (string Name, string Value)[] settings)
    {
        var database = await postgres.CreateDatabaseAsync();
        var all = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        return new EngineBench(database, () => StartHostAsync(database, all), await StartHostAsync(database, all));
    }
}

/// <summary>A host that runs an engine and serves the API.</summary>
public interface IEngineHost : IAsyncDisposable
{
    ApiClient Client { get; }
}

/// <summary>What a test of an engine works with.</summary>
public sealed class EngineBench(TestDatabase database, Func<Task<IEngineHost>> start, IEngineHost host) : IAsyncDisposable
{
    private IEngineHost _host = host;

    public TestDatabase Database { get; } = database;

    public ApiClient Client => _host.Client;

    /// <summary>Ends the host and starts another one on the same database.</summary>
    public async Task RestartAsync()
    {
        await _host.DisposeAsync();
        _host = await start();
    }

    /// <summary>Saves a workflow, runs it and waits until it has ended or is paused.</summary>
    public async Task<ApiAnswer> RunAsync(Drawing drawing, object? parameters = null, object? config = null) =>
        await Client.RestAsync(await Client.StartFileAsync(drawing.ToFile(), parameters, config));

    /// <summary>Saves a workflow and starts it.</summary>
    public Task<string> StartAsync(Drawing drawing, object? parameters = null, object? config = null) =>
        Client.StartFileAsync(drawing.ToFile(), parameters, config);

    /// <summary>Calls something that an execution accepts.</summary>
    public async Task<ApiAnswer> DoAsync(string executionId, string call, object? body = null)
    {
        var answer = await Client.PostAsync($"/api/executions/{executionId}/{call}", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{call}: {answer.Json}");
        return answer;
    }

    /// <summary>Asserts that an execution has completed, and that its record is whole.</summary>
    public async Task AssertCompletedAsync(ApiAnswer execution)
    {
        Assert.True(execution.State == "completed", $"{execution.State}: {execution["error_message"]}");
        await RecordChecks.AssertCompleteAsync(Database.ConnectionString, execution.Id);
    }

    /// <summary>The status of each job, by node.</summary>
    public static IReadOnlyDictionary<string, string> Statuses(ApiAnswer execution) => execution["jobs"].EnumerateArray()
        .ToDictionary(job => job.GetProperty("node_id").GetString()!, job => job.GetProperty("status").GetString()!);

    /// <summary>The output of a node.</summary>
    public static JsonElement Output(ApiAnswer execution, string nodeId) => execution["jobs"].EnumerateArray()
        .Single(job => job.GetProperty("node_id").GetString() == nodeId).GetProperty("output");

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Database.DisposeAsync();
    }
}
