using System.Data;
using System.Diagnostics;
using Npgsql;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Database;

/// <summary>
/// Asks the database for many callers at once: while one batch is under way, the next one gathers. What comes alone goes alone and at
/// once; nothing waits for a timer. All batches go over one connection that is kept, so that PostgreSQL has plans for them and knows the
/// tables.
/// </summary>
/// <param name="name">What a batch is called in traces.</param>
/// <param name="database">Where connections come from.</param>
/// <param name="run">
/// Answers items in their order; what it changes, it changes for all of them or for none. Asked again with one item, after an answer that
/// was lost, it changes nothing more.
/// </param>
internal sealed class Batcher<TItem, TAnswer>(
    string name, RecordConnections database,
    Func<NpgsqlConnection, IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TAnswer>>> run)
    : IAsyncDisposable
{
    /// <summary>How many one batch has: the first are answered, and go on, while the database is busy with the next.</summary>
    private const int MaxItems = 16;

    /// <summary>How long what is under way may take once this is disposed, before it is cancelled.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private readonly CancellationTokenSource _givingUp = new();
    private TaskCompletionSource? _drained;
    private NpgsqlConnection? _connection;
    private bool _isBusy;
    private int _alone;

    /// <summary>Adds an item and waits for its answer.</summary>
    /// <exception cref="PostgresException">The database does not take this item.</exception>
    /// <exception cref="ObjectDisposedException">Nothing is asked any more.</exception>
    /// <exception cref="OperationCanceledException">It took too long to wait for as this was disposed.</exception>
    public Task<TAnswer> AddAsync(TItem item)
    {
        var waiting = new Waiting(
            item, Activity.Current, new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        bool isFirst;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_drained is not null, this);
            _waiting.Enqueue(waiting);
            (isFirst, _isBusy) = (!_isBusy, true);
        }

        if (isFirst)
        {
            // The batch is nobody's own: what flows with this caller does not flow with it.
            using (ExecutionContext.SuppressFlow())
                _ = Task.Run(RunAsync);
        }

        return waiting.Answer.Task;
    }

    /// <summary>Adds an item for the caller of a request; one who is confined (<see cref="Confinement"/>) asks alone, over its own connection.</summary>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public async Task<TAnswer> AskAsync(TItem item, CancellationToken cancellationToken)
    {
        if (Confinement.Workspaces is null)
            return await AddAsync(item).WaitAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await run(connection, [item], cancellationToken))[0];
    }

    /// <summary>Asks nothing new. What is under way is waited for, but not for long: then it is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            EndIfDrained();
        }

        await _drained.Task.WaitAsync(s_patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _givingUp.CancelAsync();
        await _drained.Task;
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var batch = new List<Waiting>();
            lock (_lock)
            {
                while (batch.Count < MaxItems && _waiting.TryDequeue(out var next))
                    batch.Add(next);
                _isBusy = batch.Count > 0;
                if (!_isBusy)
                {
                    EndIfDrained();
                    return;
                }
            }

            await AnswerAsync(batch);
        }
    }

    private async Task AnswerAsync(List<Waiting> batch)
    {
        try
        {
            using var span = WorkflowTelemetry.StartBatch(name, [.. batch.Select(waiting => waiting.Caller).OfType<Activity>()]);
            var answers = await run(await ConnectAsync(), [.. batch.Select(waiting => waiting.Item)], _givingUp.Token);
            for (var i = 0; i < answers.Count; i++)
                batch[i].Answer.SetResult(answers[i]);
        }
        catch (NpgsqlException)
        {
            // One that is not taken, or that has to wait for a lock of somebody else, must not keep the others: each goes on alone. So it
            // does when the connection has ended since it was last used.
            lock (_lock)
                _alone += batch.Count;
            foreach (var waiting in batch)
                _ = AnswerAloneAsync(waiting);
        }
        catch (Exception exception)
        {
            foreach (var waiting in batch)
                waiting.Answer.SetException(exception);
        }
    }

    private async Task AnswerAloneAsync(Waiting waiting)
    {
        try
        {
            using var span = WorkflowTelemetry.StartBatch(name, waiting.Caller is { } caller ? [caller] : []);
            await using var connection = await database.OpenUnconfinedAsync(_givingUp.Token);
            waiting.Answer.SetResult((await run(connection, [waiting.Item], _givingUp.Token))[0]);
        }
        catch (Exception exception)
        {
            waiting.Answer.SetException(exception);
        }

        lock (_lock)
        {
            _alone--;
            EndIfDrained();
        }
    }

    private void EndIfDrained()
    {
        if (!_isBusy && _alone == 0)
            _drained?.TrySetResult();
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        if (_connection is { State: ConnectionState.Open })
            return _connection;
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = await database.OpenUnconfinedAsync(_givingUp.Token);
        // Another application may lock rows that one of many refers to.
        await using var setUp = new NpgsqlCommand($"SET lock_timeout = '1s'; {Sql.KeepPlans}", _connection);
        await setUp.ExecuteNonQueryAsync(_givingUp.Token);
        return _connection;
    }

    private readonly record struct Waiting(TItem Item, Activity? Caller, TaskCompletionSource<TAnswer> Answer);
}
