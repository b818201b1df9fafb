using System.Collections.Concurrent;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>
/// The right to run a node, where several processes may be asked to at once. A claim belongs to the session of the writer: a
/// process that dies gives its claims up, and one that has lost the connection can neither hold a claim nor record anything.
/// </summary>
internal sealed class NodeClaims(RecordWriter writer, TimeProvider time)
{
    /// <summary>How long to wait before asking again for what another process has.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    // A session that holds a claim gets it again: within the process, claims are kept apart here.
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new(StringComparer.Ordinal);

    /// <summary>Claims a node, however long another delivery runs it.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="path">The node, as the record names it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The claim; dispose it to give it up.</returns>
    /// <exception cref="RecordLostException">The connection is gone.</exception>
    public async Task<IAsyncDisposable> TakeAsync(string executionId, string path, CancellationToken cancellationToken)
    {
        var jobId = Ids.OfJob(executionId, path);
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!_held.TryAdd(jobId, mine))
        {
            if (_held.TryGetValue(jobId, out var other))
                await other.Task.WaitAsync(cancellationToken);
        }

        try
        {
            while (!await writer.WriteAsync(new ClaimWrite { ExecutionId = executionId, JobId = jobId }))
                await Task.Delay(s_interval, time, cancellationToken);
            return new Claim(this, executionId, jobId);
        }
        catch
        {
            Leave(jobId);
            throw;
        }
    }

    private void Leave(string jobId)
    {
        if (_held.TryRemove(jobId, out var mine))
            mine.SetResult();
    }

    private sealed class Claim(NodeClaims claims, string executionId, string jobId) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            claims.Release(executionId, jobId);
            return ValueTask.CompletedTask;
        }
    }

    private void Release(string executionId, string jobId)
    {
        writer.WriteLater(new ReleaseWrite { ExecutionId = executionId, JobId = jobId });
        writer.Flush();
        Leave(jobId);
    }
}
