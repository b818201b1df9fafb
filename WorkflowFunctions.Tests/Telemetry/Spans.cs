using System.Collections.Concurrent;
using System.Diagnostics;
using WorkflowFunctions.Engine.Steps;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>Listens to what is traced, as an exporter would.</summary>
public sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        string[] sources = [.. WorkflowTelemetry.Sources, "Npgsql", "System.Net.Http", "Microsoft.AspNetCore"];
        _listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Contains(source.Name),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>All spans that have ended, of every test that runs at the moment.</summary>
    public IReadOnlyCollection<Activity> All => _ended.ToArray();

    /// <summary>The spans of an execution that have ended.</summary>
    public IReadOnlyList<Activity> Of(string executionId)
    {
        var trace = ExecutionTrace.IdOf(executionId);
        return [.. _ended.Where(span => span.TraceId == trace).OrderBy(span => span.StartTimeUtc)];
    }

    /// <summary>Waits until so many runs of an execution have ended, and gives its spans.</summary>
    public async Task<IReadOnlyList<Activity>> UntilRunsAsync(string executionId, int runs)
    {
        while (Of(executionId).Count(span => span.OperationName == "workflow.execution") < runs)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        return Of(executionId);
    }

    public void Dispose() => _listener.Dispose();
}
