using Npgsql;

namespace WorkflowFunctions.Record.Writing;

/// <summary>
/// The writes of one commit: at most one statement of a kind, in the order of an execution's life. They go to the server in
/// one round trip and are one transaction.
/// </summary>
internal sealed class WriteBatch(IReadOnlyList<QueuedWrite> writes, string createdBy)
{
    private readonly Dictionary<string, JobWrite> _jobs = new(StringComparer.Ordinal);
    private readonly List<BeginWrite> _begins = [];
    private readonly List<FinishWrite> _finishes = [];
    private readonly List<CheckpointWrite> _checkpoints = [];
    private readonly List<RestWrite> _rests = [];

    /// <summary>Commits the writes and answers those who wait.</summary>
    public async Task ExecuteAsync(NpgsqlConnection connection)
    {
        Sort();
        await using var batch = new NpgsqlBatch(connection);
        if (_begins.Count > 0)
            batch.BatchCommands.Add(WriteStatements.Begin(_begins, createdBy));
        if (_jobs.Count > 0)
            AddJobs(batch);
        if (_finishes.Count > 0)
        {
            batch.BatchCommands.Add(WriteStatements.Finish(_finishes, createdBy));
            batch.BatchCommands.Add(WriteStatements.Measure(_finishes.Select(write => write.ExecutionId)));
        }

        if (_checkpoints.Count > 0)
            batch.BatchCommands.Add(WriteStatements.Checkpoints(_checkpoints));
        if (_rests.Count > 0)
            batch.BatchCommands.Add(WriteStatements.Rest(_rests));

        var written = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            do
            {
                while (await reader.ReadAsync())
                    written.Add(reader.GetString(0));
            }
            while (await reader.NextResultAsync());
        }

        Answer(written);
    }

    private void AddJobs(NpgsqlBatch batch)
    {
        var loops = _jobs.Values.Where(job => job.Body is not null).ToLookup(job => job.Status == JobStatus.Completed);
        if (loops[true].ToList() is { Count: > 0 } completed)
            batch.BatchCommands.Add(WriteStatements.Collect(completed));
        if (loops[false].ToList() is { Count: > 0 } failed)
            batch.BatchCommands.Add(WriteStatements.Drop(failed));
        batch.BatchCommands.Add(WriteStatements.Jobs([.. _jobs.Values], createdBy));
    }

    private void Sort()
    {
        foreach (var queued in writes)
        {
            switch (queued.Write)
            {
                case BeginWrite begin:
                    _begins.Add(begin);
                    break;
                case JobWrite job:
                    Add(job);
                    break;
                case JobsWrite several:
                    foreach (var job in several.Jobs)
                        Add(job);
                    break;
                case FinishWrite finish:
                    _finishes.Add(finish);
                    if (finish.CheckpointId is { } checkpointId)
                        Add(LastCheckpoint(finish, checkpointId));
                    break;
                case RestWrite rest:
                    _rests.Add(rest);
                    break;
                case CheckpointWrite checkpoint:
                    Add(checkpoint);
                    break;
            }
        }
    }

    /// <summary>A job that starts and ends between two commits is written once, with both events.</summary>
    private void Add(JobWrite job) => _jobs[job.Id] = _jobs.TryGetValue(job.Id, out var earlier) ? job.After(earlier) : job;

    private void Add(CheckpointWrite checkpoint)
    {
        // One that is written only if it is due must not replace one that is written in any case.
        if (checkpoint.AfterNodes is not null && _checkpoints.Exists(earlier => earlier.ExecutionId == checkpoint.ExecutionId))
            return;
        // Only one can be the latest.
        _checkpoints.RemoveAll(earlier => earlier.ExecutionId == checkpoint.ExecutionId && earlier.Type == "auto");
        _checkpoints.Add(checkpoint);
    }

    private void Answer(HashSet<string> written)
    {
        foreach (var (write, answer) in writes)
        {
            answer?.SetResult(write switch
            {
                JobWrite job => written.Contains(job.Id),
                JobsWrite several => several.Jobs.All(job => written.Contains(job.Id)),
                CheckpointWrite => true,
                _ => written.Contains(write.ExecutionId),
            });
        }
    }

    private static CheckpointWrite LastCheckpoint(FinishWrite finish, string id) => new()
    {
        Id = id,
        ExecutionId = finish.ExecutionId,
        Type = "auto",
        Reason = $"Execution {finish.Status}",
    };
}
