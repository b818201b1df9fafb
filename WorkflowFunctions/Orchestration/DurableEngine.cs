using Microsoft.DurableTask.Client;
using Npgsql;
using WorkflowFunctions.Orchestration;

namespace WorkflowFunctions.Durable.Orchestration;

/// <summary>
/// The distributed engine as the rest of the program sees it. Durable Task gives its client to functions only, so each call
/// goes through the client of the function that makes it.
/// </summary>
public sealed class DurableEngine(NpgsqlDataSource database) : IEngine
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
        // To the workers that run nodes of it, which stop if it is cancelled, and to its orchestration.
        if (name == EngineSignals.StatusChanged)
            await Worker.StatusChanges.TellAsync(database, executionId, cancellationToken);
        await Instances.SignalAsync(executionId, name, payload, cancellationToken);
    }
}
