using Npgsql;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// The writes of one commit: at most one statement of a kind, in the order of an execution's life. They go to the server in
/// one round trip and are one transaction.
/// </summary>
internal sealed class WriteBatch
{
    private readonly IReadOnlyList<QueuedWrite> _writes;
    private readonly string _createdBy;
    private readonly Dictionary<string, JobWrite> _jobs = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, BeginWrite> _begins = new(StringComparer.Ordinal);
    private readonly List<FinishWrite> _finishes = [];
    private readonly List<WholeRun> _runs = [];
    private readonly List<CheckpointWrite> _checkpoints = [];
    private readonly List<RestWrite> _rests = [];
    private readonly List<NpgsqlBatchCommand> _commands = [];
    private readonly List<HashSet<string>?> _answers = [];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    public WriteBatch(IReadOnlyList<QueuedWrite> writes, string createdBy)
    {
        (_writes, _createdBy) = (writes, createdBy);
        foreach (var queued in writes)
            Sort(queued.Write);
    }

    /// <summary>Commits the writes, after the claims that go with them, and answers those who wait.</summary>
    public async Task ExecuteAsync(NpgsqlConnection connection, ClaimBatch claims)
    {
        AddCommands();
        await using var batch = new NpgsqlBatch(connection);
        claims.AddTo(batch);
        foreach (var command in _commands)
            batch.BatchCommands.Add(command);
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            await claims.ReadAsync(reader);
            // A statement that returns nothing has no result.
            foreach (var answer in _answers.OfType<HashSet<string>>())
            {
                while (await reader.ReadAsync())
                {
                    answer.Add(reader.GetString(0));
                    // Of a job, whether its execution still runs.
                    if (answer == _written && !reader.GetBoolean(1))
                        _paused.Add(reader.GetString(0));
                }

                await reader.NextResultAsync();
            }
        }

        Answer();
    }

    private void Sort(RecordWrite write)
    {
        switch (write)
        {
            case BeginWrite begin:
                _begins[begin.ExecutionId] = begin;
                break;
            case JobWrite job:
                Add(job);
                break;
            case JobsWrite several:
                foreach (var job in several.Jobs)
                    Add(job);
                break;
            case FinishWrite finish:
                Add(finish);
                break;
            case RestWrite rest:
                _rests.Add(rest);
                break;
            case CheckpointWrite checkpoint:
                Add(checkpoint);
                break;
        }
    }

    /// <summary>A job that starts and ends between two commits is written once, with both events.</summary>
    private void Add(JobWrite job) => _jobs[job.Id] = _jobs.TryGetValue(job.Id, out var earlier) ? job.After(earlier) : job;

    private void Add(FinishWrite finish)
    {
        if (_begins.TryGetValue(finish.ExecutionId, out var begin) && WholeRun.TryMake(begin, finish) is { } run)
        {
            _begins.Remove(finish.ExecutionId);
            _runs.Add(run);
        }
        else
        {
            foreach (var job in finish.Jobs)
                Add(job);
            _finishes.Add(finish);
        }

        if (finish.CheckpointId is { } checkpointId)
            Add(LastCheckpoint(finish, checkpointId));
    }

    private void Add(CheckpointWrite checkpoint)
    {
        // One that is written only if it is due must not replace one that is written in any case.
        if (checkpoint.AfterNodes is not null && _checkpoints.Exists(earlier => earlier.ExecutionId == checkpoint.ExecutionId))
            return;
        // Only one can be the latest.
        _checkpoints.RemoveAll(earlier => earlier.ExecutionId == checkpoint.ExecutionId && earlier.Type == "auto");
        _checkpoints.Add(checkpoint);
    }

    private void AddCommands()
    {
        if (_runs.Count > 0)
            Add(WriteStatements.Run(_runs, _createdBy), _left);
        if (_begins.Count > 0)
            Add(WriteStatements.Begin([.. _begins.Values], _createdBy), _begun);
        if (_jobs.Count > 0)
            AddJobs();
        if (_finishes.Count > 0)
            Add(WriteStatements.Finish(_finishes, _createdBy), _left);
        if (_runs.Count + _finishes.Count > 0)
            Add(WriteStatements.Measure([.. _runs.Select(run => run.Begin.ExecutionId), .. _finishes.Select(write => write.ExecutionId)]));
        if (_checkpoints.Count > 0)
            Add(WriteStatements.Checkpoints(_checkpoints));
        if (_rests.Count > 0)
            Add(WriteStatements.Rest(_rests), _left);
    }

    private void AddJobs()
    {
        var loops = _jobs.Values.Where(job => job.Body is not null).ToLookup(job => job.Status == JobStatus.Completed);
        if (loops[true].ToList() is { Count: > 0 } completed)
            Add(WriteStatements.Collect(completed));
        if (loops[false].ToList() is { Count: > 0 } failed)
            Add(WriteStatements.Drop(failed));
        Add(WriteStatements.Jobs([.. _jobs.Values], _createdBy), _written);
        if (_jobs.Values.Where(job => job.CostUsd > 0).ToList() is { Count: > 0 } costs)
            Add(WriteStatements.Costs(costs));
        if (_jobs.Values.Where(job => job.Task is not null).ToList() is { Count: > 0 } tasks)
            Add(WriteStatements.Tasks(tasks));
    }

    private void Add(NpgsqlBatchCommand command, HashSet<string>? answer = null)
    {
        _commands.Add(command);
        _answers.Add(answer);
    }

    private void Answer()
    {
        foreach (var (write, answer) in _writes)
        {
            answer?.SetResult(write switch
            {
                BeginWrite => AnswerOf((_begins.ContainsKey(write.ExecutionId) ? _begun : _left).Contains(write.ExecutionId)),
                JobWrite job => AnswerOf(_written.Contains(job.Id), _paused.Contains(job.Id)),
                JobsWrite several =>
                    AnswerOf(several.Jobs.All(job => _written.Contains(job.Id)), several.Jobs.Any(job => _paused.Contains(job.Id))),
                CheckpointWrite => WriteAnswer.Written,
                _ => AnswerOf(_left.Contains(write.ExecutionId)),
            });
        }
    }

    private static WriteAnswer AnswerOf(bool isWritten, bool isPaused = false) =>
        !isWritten ? WriteAnswer.Refused : isPaused ? WriteAnswer.WrittenAndPaused : WriteAnswer.Written;

    private static CheckpointWrite LastCheckpoint(FinishWrite finish, string id) => new()
    {
        Id = id,
        ExecutionId = finish.ExecutionId,
        Type = "auto",
        Reason = $"Execution {finish.Status}",
    };
}
