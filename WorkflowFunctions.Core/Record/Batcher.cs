using System.Diagnostics;
using Npgsql;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Record;

/// <summary>
/// Asks the database for many callers at once: while one batch is under way, the next one gathers. What comes alone goes alone and at
/// once; nothing waits for a timer.
/// </summary>
/// <param name="name">What a batch is called in traces.</param>
/// <param name="run">Answers items in their order; what it changes, it changes for all of them or for none.</param>
internal sealed class Batcher<TItem, TAnswer>(string name, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TAnswer>>> run)
{
    private readonly Lock _lock = new();
    private List<Waiting> _waiting = [];
    private bool _isBusy;

    /// <summary>Adds an item and waits for its answer.</summary>
    /// <exception cref="PostgresException">The database does not take this item.</exception>
    public Task<TAnswer> AddAsync(TItem item)
    {
        var waiting = new Waiting(item, Activity.Current, new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        bool isFirst;
        lock (_lock)
        {
            _waiting.Add(waiting);
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

    private async Task RunAsync()
    {
        while (true)
        {
            List<Waiting> batch;
            lock (_lock)
            {
                _isBusy = _waiting.Count > 0;
                if (!_isBusy)
                    return;
                (batch, _waiting) = (_waiting, []);
            }

            await AnswerAsync(batch);
        }
    }

    private async Task AnswerAsync(List<Waiting> batch)
    {
        try
        {
            using var span = ExecutionTrace.StartBatch(name, [.. batch.Select(waiting => waiting.Caller).OfType<Activity>()]);
            var answers = await run([.. batch.Select(waiting => waiting.Item)]);
            for (var i = 0; i < answers.Count; i++)
                batch[i].Answer.SetResult(answers[i]);
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            // One that is not taken, or that has to wait for a lock of somebody else, must not keep the others: each goes on alone.
            foreach (var waiting in batch)
                _ = AnswerAsync([waiting]);
        }
        catch (Exception exception)
        {
            foreach (var waiting in batch)
                waiting.Answer.SetException(exception);
        }
    }

    private readonly record struct Waiting(TItem Item, Activity? Caller, TaskCompletionSource<TAnswer> Answer);
}
