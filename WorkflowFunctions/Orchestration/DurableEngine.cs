using Microsoft.DurableTask.Client;
using Npgsql;
using WorkflowFunctions.Engine;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>
/// The distributed engine as the rest of the program sees it. Durable Task gives its client to functions only, so each call
/// goes through the client of the function that makes it.
/// </summary>
internal sealed class DurableEngine(NpgsqlDataSource database, SignalStore signals) : IEngine
{
    private readonly AsyncLocal<DurableTaskClient?> _client = new();

    private WorkflowInstances Instances => new(_client.Value
        ?? throw new InvalidOperationException("The engine is reached from within a function that has a DurableClient."));

    /// <summary>Makes a client the one that this function, and what it calls, goes through.</summary>
    public void Use(DurableTaskClient client) => _client.Value = client;

    /// <inheritdoc/>
    public Task StartAsync(string executionId, CancellationToken cancellationToken) => Instances.StartAsync(executionId, cancellationToken);

    /// <inheritdoc/>
    public async Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken)
    {
        try
        {
            // What the record has of a signal came first: a node that waits for it from now on sees it there.
            var nodeIds = name.StartsWith(EngineSignals.NodePrefix, StringComparison.Ordinal)
                ? await signals.ListWaitingAsync(executionId, name[EngineSignals.NodePrefix.Length..], cancellationToken)
                : [];
            await Instances.SignalAsync(executionId, name, payload, nodeIds, cancellationToken);
        }
        finally
        {
            // The workers that run nodes of it stop them if it is cancelled.
            if (name == EngineSignals.StatusChanged)
                await EngineMessages.SendAsync(database, new EngineMessage(executionId, EngineSignals.StatusChanged), cancellationToken);
        }
    }
}
