using System.Text.Json;
using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Record;

/// <summary>
/// Keeps the signals of executions (<c>workflow_signals</c>): from the moment that they are sent, which may be before anything
/// waits for them, until a job takes them.
/// </summary>
public sealed class SignalStore(RecordConnections database, ExecutionChanges changes)
{
    /// <summary>Keeps a signal.</summary>
    public async Task<SignalReceipt> SendAsync(NewSignal signal, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var isKept = await connection.QuerySingleOrDefaultAsync<bool?>("signals.send", new
        {
            execution_id = signal.ExecutionId,
            name = signal.Name,
            payload = signal.Payload,
            is_answer = signal.IsAnswer,
            created_by = signal.CreatedBy,
        }, cancellationToken);
        if (isKept is true)
            changes.Publish(signal.ExecutionId);
        return isKept switch
        {
            null => SignalReceipt.ExecutionEnded,
            true => SignalReceipt.Kept,
            false => SignalReceipt.AnsweredBefore,
        };
    }

    /// <summary>Takes a signal for a job, the oldest first; a job that asks again is given the same one.</summary>
    /// <returns>Its payload, JSON null for none; null if there is no signal.</returns>
    public async Task<JsonElement?> TakeAsync(string executionId, string name, string jobId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (var connection = await database.OpenConnectionAsync(cancellationToken))
            {
                var payload = await connection.QuerySingleOrDefaultAsync<string>(
                    "signals.take",
                    new { execution_id = executionId, name, job_id = jobId },
                    cancellationToken);
                if (payload is not null)
                    return RecordDatabase.ParseJson(payload);
            }

            // The one that it was about to take may have gone to another job, and there may be another one.
            if (!await ExistsAsync(executionId, name, jobId, cancellationToken))
                return null;
        }
    }

    /// <summary>Signals that have come for jobs that still wait, by execution and name.</summary>
    public async Task<IReadOnlyList<(string ExecutionId, string Name)>> ListPendingAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<(string, string)>("signals.pending", new { limit }, cancellationToken)];
    }

    /// <summary>The nodes of an execution that wait for a signal of a name.</summary>
    public Task<IReadOnlyList<string>> ListWaitingAsync(string executionId, string name, CancellationToken cancellationToken) =>
        database.QueryAsync<string>("signals.waiting", new { execution_id = executionId, name }, cancellationToken);

    /// <summary>Whether there is a signal that a job may take, or has taken before.</summary>
    public Task<bool> ExistsAsync(string executionId, string name, string jobId, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<bool>("signals.exists", new { execution_id = executionId, name, job_id = jobId }, cancellationToken);

    /// <summary>The names of signals that jobs of an execution may take, or have taken without having gone on since.</summary>
    public async Task<IReadOnlySet<string>> ListArrivedAsync(string executionId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<string>(
            "signals.arrived",
            new { execution_id = executionId },
            cancellationToken)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The answer that was given to a question; null if there is none.</summary>
    public Task<GivenAnswer?> FindAnswerAsync(string executionId, string name, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<GivenAnswer>("signals.answer", new { execution_id = executionId, name }, cancellationToken);
}

/// <summary>A signal to be kept.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Name">The name that a node waits for.</param>
/// <param name="Payload">JSON; null for none.</param>
/// <param name="IsAnswer">Whether it answers a question that is answered once.</param>
/// <param name="CreatedBy">Who sends it.</param>
public sealed record NewSignal(string ExecutionId, string Name, string? Payload, bool IsAnswer, string CreatedBy);

/// <summary>What became of a signal.</summary>
public enum SignalReceipt
{
    /// <summary>It is kept; it survives whatever happens now.</summary>
    Kept,

    /// <summary>The question has been answered before.</summary>
    AnsweredBefore,

    /// <summary>There is no such execution, or it has ended.</summary>
    ExecutionEnded,
}

/// <summary>The answer to a question.</summary>
public sealed record GivenAnswer
{
    /// <summary>Who gave it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>What it was.</summary>
    public JsonElement? Payload { get; init; }
}
