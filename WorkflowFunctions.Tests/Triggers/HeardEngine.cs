using System.Collections.Concurrent;
using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Tests.Triggers;

/// <summary>Runs nothing, and keeps what it is told to start.</summary>
internal sealed class HeardEngine : IEngine
{
    public ConcurrentQueue<string> Started { get; } = [];

    public bool Fails { get; set; }

    public Task StartAsync(string executionId, CancellationToken cancellationToken)
    {
        Started.Enqueue(executionId);
        return Fails ? throw new InvalidOperationException("The engine is away.") : Task.CompletedTask;
    }

    public Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken) => Task.CompletedTask;
}
