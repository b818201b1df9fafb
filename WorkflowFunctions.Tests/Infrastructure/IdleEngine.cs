using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Runs nothing, so that the record stays as a test has made it.</summary>
public sealed class IdleEngine : IEngine
{
    public Task StartAsync(string executionId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SignalAsync(string executionId, string name, string? payload, CancellationToken cancellationToken) => Task.CompletedTask;
}
