using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Engine.Commit;

/// <summary>
/// Writes what executions do, for all of them together: while one batch commits, the next one gathers, so that a busy system
/// commits many nodes at once and an idle one commits each at once. Nothing waits for a timer. A write is answered when it is
/// committed; its effects, its events and its progress are in one transaction.
/// </summary>
internal sealed class RecordWriter : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _createdBy;
    private readonly ExecutionChanges _changes;
    private readonly ILogger _logger;
    private readonly WorkflowMetrics? _metrics;
    private readonly WriteQueue _queue = new();
    private readonly Task _loop;

    /// <summary>Starts a writer.</summary>
    /// <param name="connection">
    /// An open connection that nothing else uses while the writer lives. A lock that its session holds is thereby a lock on
    /// writing: when the lock is lost, so is the connection, and nothing more can be written through it.
    /// </param>
    /// <param name="createdBy">Who writes, for <c>created_by</c> of events: <c>worker-…</c>.</param>
    /// <param name="changes">Is told of each execution that changed.</param>
    /// <param name="logger">Where failures go.</param>
    /// <param name="metrics">Where metrics go; null for nowhere.</param>
    public RecordWriter(
        NpgsqlConnection connection, string createdBy, ExecutionChanges changes, ILogger<RecordWriter> logger,
        WorkflowMetrics? metrics = null)
    {
        (_connection, _createdBy, _changes, _logger, _metrics) = (connection, createdBy, changes, logger, metrics);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Completes when the writer ends; faulted with <see cref="RecordLostException"/> if its connection was lost.</summary>
    public Task Completion => _loop;

    /// <summary>Writes, and waits for the commit.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="checkpoint">A checkpoint to write in the same commit; null for none.</param>
    /// <returns>Whether it was written; false if it was refused, because the status of its execution or job has moved on.</returns>
    /// <exception cref="RecordLostException">The connection is gone.</exception>
    /// <exception cref="PostgresException">The database does not take this write.</exception>
    public async Task<bool> WriteAsync(RecordWrite write, CheckpointWrite? checkpoint = null) =>
        await WriteJobsAsync(write, checkpoint) != WriteAnswer.Refused;

    /// <summary>Writes jobs, and waits for the commit.</summary>
    /// <returns>Whether they were written, and whether a node may start after them.</returns>
    /// <inheritdoc cref="WriteAsync" path="/param|/exception"/>
    public Task<WriteAnswer> WriteJobsAsync(RecordWrite write, CheckpointWrite? checkpoint = null)
    {
        var queued = QueuedWrite.Awaited(write);
        _queue.Add(queued, checkpoint is null ? null : new QueuedWrite(checkpoint, null));
        return queued.Answer!.Task;
    }

    /// <summary>
    /// Writes right before the next write of the same execution, in the same commit if there is room, or when <see cref="Flush(string)"/>
    /// asks for it; and waits for that.
    /// </summary>
    /// <inheritdoc cref="WriteAsync" path="/returns|/exception"/>
    public async Task<bool> WriteWithNextAsync(RecordWrite write)
    {
        var queued = QueuedWrite.Awaited(write);
        _queue.Hold(queued);
        return await queued.Answer!.Task != WriteAnswer.Refused;
    }

    /// <summary>Writes with the next commit that something else, or <see cref="Flush()"/>, asks for.</summary>
    public void WriteLater(RecordWrite write) => _queue.AddLater(new QueuedWrite(write, null));

    /// <summary>Commits what waits, without waiting for it.</summary>
    public void Flush() => _queue.Wake();

    /// <summary>Commits what waits, and what an execution holds back, without waiting for it.</summary>
    public void Flush(string executionId) => _queue.Wake(executionId);

    /// <summary>Commits what waits. The connection stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _queue.Dispose();
    }

    private async Task RunAsync()
    {
        await PrepareSessionAsync();
        while (await _queue.TakeAsync() is { } batch)
        {
            if (batch.Count > 0)
                await CommitAsync(batch);
        }
    }

    /// <summary>
    /// It is not known to a plan how long the arrays are: what PostgreSQL believes to be a long query, and compiles, takes a tenth of the
    /// time that compiling it does.
    /// </summary>
    private async Task PrepareSessionAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand($"{Sql.KeepPlans}; SET jit = off", _connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception)
        {
            throw Lose([], exception);
        }
    }

    private async Task CommitAsync(List<QueuedWrite> batch)
    {
        var claims = new ClaimBatch(batch);
        try
        {
            var start = Stopwatch.GetTimestamp();
            await new WriteBatch(claims.Writes, _createdBy).ExecuteAsync(_connection, claims);
            if (claims.Writes.Count == 0)
                return;
            _metrics?.Committed(claims.Writes.Count, Stopwatch.GetElapsedTime(start));
            Publish(claims.Writes);
        }
        catch (PostgresException exception) when (_connection.State == System.Data.ConnectionState.Open)
        {
            if (claims.IsAnswered)
                batch = claims.Writes;
            // The other one of a deadlock has what it wanted by now.
            if (Deadlock.Is(exception))
                await CommitAsync(batch);
            else
                await CommitOneByOneAsync(batch, exception);
        }
        catch (Exception exception)
        {
            throw Lose(batch, exception);
        }
    }

    private void Publish(List<QueuedWrite> batch)
    {
        foreach (var writes in batch.Select(queued => queued.Write).GroupBy(write => write.ExecutionId))
        {
            // One that begins or rests has changed for those who show it, and not for those who wait for its end.
            if (writes.Any(write => write is FinishWrite))
                _changes.PublishStop(writes.Key);
            else
                _changes.Publish(writes.Key);
        }

        foreach (var queue in batch.Select(queued => (queued.Write as JobWrite)?.Task?.Queue).OfType<string>().Distinct())
            _changes.PublishTasks(queue);
    }

    /// <summary>One write that the database does not take must not keep the others from being written.</summary>
    private async Task CommitOneByOneAsync(List<QueuedWrite> batch, PostgresException exception)
    {
        if (batch.Count > 1)
        {
            foreach (var queued in batch)
                await CommitAsync([queued]);
            return;
        }

        var (write, answer) = batch[0];
        _logger.LogError(exception.ForLog(), "A write of execution {ExecutionId} was not taken", write.ExecutionId);
        switch (write)
        {
            // An execution ends, and rests when it is paused, even if all its outputs together are more than a checkpoint can hold.
            case FinishWrite { CheckpointId: not null } finish:
                await CommitAsync([new QueuedWrite(finish with { CheckpointId = null }, answer)]);
                break;
            case CheckpointWrite:
                answer?.SetResult(WriteAnswer.Refused);
                break;
            default:
                answer?.SetException(exception);
                break;
        }
    }

    private RecordLostException Lose(List<QueuedWrite> batch, Exception exception)
    {
        var lost = new RecordLostException($"The connection to PostgreSQL is lost: {exception.Message}", exception);
        foreach (var queued in batch.Concat(_queue.Lose(lost)))
            queued.Answer?.TrySetException(lost);
        return lost;
    }
}

/// <summary>
/// The connection through which this process may write is gone, and with it the right to: another process may have taken over.
/// What was not answered is not known to be written; the record tells.
/// </summary>
internal sealed class RecordLostException(string message, Exception? inner = null) : Exception(message, inner);
