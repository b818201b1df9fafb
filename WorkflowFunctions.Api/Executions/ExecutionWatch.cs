using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Waits for executions to change, for those whom this process tells of it and for those whom another one runs.</summary>
internal sealed class ExecutionWatch(
    ExecutionStore executions, ExecutionChanges changes, IOptions<WorkflowApiOptions> options, IHostApplicationLifetime lifetime)
{
    /// <summary>Fires when the host stops: nobody is kept waiting then.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Completes when an execution has changed since this call, or might have.</summary>
    public Task NextAsync(string executionId, CancellationToken cancellationToken) =>
        changes.NextAsync(executionId, options.Value.PollInterval, cancellationToken);

    /// <summary>Waits until an execution has ended or is paused, but no longer than so many seconds.</summary>
    /// <returns>The row as it is then.</returns>
    public async Task<ExecutionRow> RestAsync(ExecutionRow row, int seconds, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        enough.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            var next = changes.NextStopAsync(row.Id, options.Value.PollInterval, enough.Token);
            row = await executions.FindAsync(row.Id, cancellationToken) ?? row;
            if (IsAtRest(row) || enough.IsCancellationRequested)
            {
                await enough.CancelAsync();
                return row;
            }

            await next;
        }
    }

    private static bool IsAtRest(ExecutionRow row) => row.Status == ExecutionStatus.Paused || ExecutionStatus.IsEnded(row.Status);
}
