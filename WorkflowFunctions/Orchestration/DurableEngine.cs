using Grpc.Core;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>
/// The distributed engine as the rest of the program sees it. Durable Task gives its client to functions only, so each call
/// goes through the client of the function that makes it; one that no function makes, through the client that this process was given last.
/// </summary>
internal sealed class DurableEngine(NpgsqlDataSource database, SignalStore signals, ILogger<DurableEngine> logger) : IEngine
{
    /// <summary>More than an instance takes to end that has to before it is started anew.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private readonly AsyncLocal<DurableTaskClient?> _client = new();
    private volatile DurableTaskClient? _latest;

    /// <summary>Whether this process has been given a client.</summary>
    public bool HasClient => _latest is not null;

    private WorkflowInstances Instances => new(_client.Value ?? _latest
        ?? throw new InvalidOperationException("The engine is reached once a function has been given a DurableClient."));

    /// <summary>Makes a client the one that this function, and what it calls, goes through.</summary>
    public void Use(DurableTaskClient client) => _client.Value = _latest = client;

    /// <inheritdoc/>
    public Task StartAsync(string executionId, CancellationToken cancellationToken) =>
        TellAsync(executionId, (instances, stopping) => instances.StartAsync(executionId, stopping), cancellationToken);

    /// <inheritdoc/>
    public async Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken)
    {
        try
        {
            // What the record has of a signal came first: a node that waits for it from now on sees it there.
            var nodeIds = name.StartsWith(EngineSignals.NodePrefix, StringComparison.Ordinal)
                ? await signals.ListWaitingAsync(executionId, name[EngineSignals.NodePrefix.Length..], cancellationToken)
                : [];
            await TellAsync(
                executionId, (instances, stopping) => instances.SignalAsync(executionId, name, payload, nodeIds, stopping),
                cancellationToken);
        }
        finally
        {
            // The workers that run nodes of it stop them if it is cancelled.
            if (name == EngineSignals.StatusChanged)
                await EngineMessages.SendAsync(database, new EngineMessage(executionId, EngineSignals.StatusChanged), cancellationToken);
        }
    }

    /// <summary>Tells the task hub. What it does not hear now is in the record, where the sweep finds it.</summary>
    private async Task TellAsync(
        string executionId, Func<WorkflowInstances, CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        var instances = Instances;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            await tell(instances, patience.Token);
        }
        catch (Exception exception) when (
            exception is RpcException or TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(
                exception.ForLog(), "The instance of execution {ExecutionId} could not be told what has changed; the sweep looks after it",
                executionId);
        }
    }
}
