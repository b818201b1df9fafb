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
    public async Task<NodeClaim> TakeAsync(string executionId, string path, CancellationToken cancellationToken)
    {
        var claim = new NodeClaim(this, executionId, Ids.OfJob(executionId, path));
        while (!_held.TryAdd(claim.JobId, claim.GivenUp))
        {
            if (_held.TryGetValue(claim.JobId, out var other))
                await other.Task.WaitAsync(cancellationToken);
        }

        try
        {
            while (!await writer.WriteAsync(claim.Asked))
                await Task.Delay(s_interval, time, cancellationToken);
            return claim;
        }
        catch
        {
            Leave(claim);
            throw;
        }
    }

    /// <summary>
    /// Claims a node together with the next write of its execution, and right before it, if nobody else has it. A step that claims a node
    /// before what makes it ready is recorded knows that nobody else has run it.
    /// </summary>
    /// <returns>The claim; null if somebody else has the node.</returns>
    /// <exception cref="RecordLostException">The connection is gone.</exception>
    public async Task<NodeClaim?> TakeWithNextWriteAsync(string executionId, string path)
    {
        var claim = new NodeClaim(this, executionId, Ids.OfJob(executionId, path));
        if (!_held.TryAdd(claim.JobId, claim.GivenUp))
            return null;
        var isTaken = false;
        try
        {
            isTaken = await writer.WriteWithNextAsync(claim.Asked);
            return isTaken ? claim : null;
        }
        finally
        {
            if (!isTaken)
                Leave(claim);
        }
    }

    /// <summary>Gives a claim up, with the next write that something else asks for.</summary>
    internal void Release(NodeClaim claim)
    {
        writer.WriteLater(new ReleaseWrite { ExecutionId = claim.ExecutionId, JobId = claim.JobId });
        Leave(claim);
    }

    /// <summary>Commits what waits, without waiting for it.</summary>
    internal void Flush() => writer.Flush();

    private void Leave(NodeClaim claim)
    {
        if (_held.TryRemove(claim.JobId, out var mine))
            mine.SetResult();
    }
}

/// <summary>A claim of a node.</summary>
internal sealed class NodeClaim(NodeClaims claims, string executionId, string jobId) : IDisposable
{
    /// <summary>The execution.</summary>
    public string ExecutionId => executionId;

    /// <summary>The job of the node.</summary>
    public string JobId => jobId;

    /// <summary>Completes when it is given up.</summary>
    internal TaskCompletionSource GivenUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is asked for.</summary>
    internal ClaimWrite Asked => new() { ExecutionId = executionId, JobId = jobId };

    /// <summary>Gives it up with the next write: there is one soon.</summary>
    public void Leave() => claims.Release(this);

    /// <summary>Gives it up.</summary>
    public void Dispose()
    {
        claims.Release(this);
        claims.Flush();
    }
}
