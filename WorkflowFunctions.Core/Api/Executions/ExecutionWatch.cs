using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Record;
using WorkflowFunctions.Record.Executions;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Waits for executions to change, for those whom this process tells of it and for those whom another one runs.</summary>
internal sealed class ExecutionWatch(
    ExecutionStore executions, ExecutionChanges changes, IOptions<WorkflowApiOptions> options, IHostApplicationLifetime lifetime)
{
    /// <summary>Fires when the host stops: nobody is kept waiting then.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Completes when an execution has changed since this call, or might have.</summary>
    public Task NextAsync(string executionId, CancellationToken cancellationToken) =>
        Task.WhenAny(changes.Next(executionId), Task.Delay(options.Value.PollInterval, cancellationToken));

    /// <summary>Waits until an execution has ended or is paused, but no longer than so many seconds.</summary>
    /// <returns>The row as it is then.</returns>
    public async Task<ExecutionRow> RestAsync(ExecutionRow row, int seconds, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        var waited = Stopwatch.StartNew();
        while (!IsAtRest(row) && waited.Elapsed < limit && !Stopping.IsCancellationRequested)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
            var next = NextAsync(row.Id, enough.Token);
            row = await executions.FindAsync(row.Id, cancellationToken) ?? row;
            if (IsAtRest(row))
                break;
            enough.CancelAfter(limit > waited.Elapsed ? limit - waited.Elapsed : TimeSpan.Zero);
            await next;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return await executions.FindAsync(row.Id, cancellationToken) ?? row;
    }

    private static bool IsAtRest(ExecutionRow row) => row.Status == ExecutionStatus.Paused || ExecutionStatus.IsEnded(row.Status);
}
