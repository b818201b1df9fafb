using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>What a test of an engine works with.</summary>
public sealed class EngineTestbed(TestDatabase database, Func<Task<IEngineHost>> start, IEngineHost host) : IAsyncDisposable
{
    private IEngineHost _host = host;

    /// <summary>Nodes that tests need besides the built-in ones.</summary>
    public static void AddNodes(IServiceCollection services) => services.AddNodeType<FlakyNode>();

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
