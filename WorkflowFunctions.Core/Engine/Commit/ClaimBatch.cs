using Npgsql;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// The claims of one commit. They go to the server with its writes, and before them as a transaction of their own: a claim outlives one
/// that is rolled back, and must not be taken twice when its writes are tried again.
/// </summary>
internal sealed class ClaimBatch
{
    private readonly List<QueuedWrite> _claims;
    private readonly List<string> _released;

    /// <summary>Takes the claims out of a batch.</summary>
    public ClaimBatch(List<QueuedWrite> batch)
    {
        _claims = [.. batch.Where(queued => queued.Write is ClaimWrite)];
        _released = [.. batch.Select(queued => queued.Write).OfType<ReleaseWrite>().Select(write => write.JobId)];
        Writes = IsEmpty ? batch : [.. batch.Where(queued => queued.Write is not (ClaimWrite or ReleaseWrite))];
    }

    /// <summary>What is left to write.</summary>
    public List<QueuedWrite> Writes { get; }

    /// <summary>Whether those who wait have been answered.</summary>
    public bool IsAnswered { get; private set; }

    private bool IsEmpty => _claims.Count + _released.Count == 0;

    /// <summary>Claims and releases what is asked for with a batch that has no commands yet; without claims it costs nothing.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (IsEmpty)
            return;
        // Claims first: a session may hold a claim twice, and one that it passes on to itself is never free in between.
        batch.BatchCommands.Add(WriteStatements.Claim([.. _claims.Select(queued => ((ClaimWrite)queued.Write).JobId)]));
        var release = WriteStatements.Release(_released);
        release.AppendErrorBarrier = true;
        batch.BatchCommands.Add(release);
    }

    /// <summary>Answers those who wait from what the server says.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader)
    {
        if (!IsEmpty)
        {
            var claimed = new HashSet<string>(StringComparer.Ordinal);
            while (await reader.ReadAsync())
                claimed.Add(reader.GetString(0));
            await reader.NextResultAsync();
            foreach (var (write, answer) in _claims)
                answer?.SetResult(claimed.Contains(((ClaimWrite)write).JobId) ? WriteAnswer.Written : WriteAnswer.Refused);
            IsAnswered = true;
            await reader.NextResultAsync();
        }
    }
}
