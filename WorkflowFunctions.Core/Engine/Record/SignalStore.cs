using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Engine.Record;

/// <summary>
/// Keeps the signals of executions (<c>workflow_signals</c>): from the moment that they are sent, which may be before anything
/// waits for them, until a job takes them.
/// </summary>
internal sealed class SignalStore(RecordConnections database, ExecutionChanges changes) : IAsyncDisposable
{
    /// <summary>
    /// What the names of signals begin with that are answers of people. They count until one of them decides; nobody waits for them.
    /// </summary>
    public const string AnswerPrefix = "answer-to:";

    private readonly Batcher<Taking, string?> _takes = new("workflow.take", database, TakeAsync);

    /// <summary>Keeps a signal.</summary>
    public async Task<SignalReceipt> SendAsync(NewSignal signal, CancellationToken cancellationToken)
    {
        var isKept = await database.QuerySingleOrDefaultAsync<string>("signals.send", new
        {
            execution_id = signal.ExecutionId,
            name = signal.Name,
            payload = signal.Payload,
            created_by = signal.CreatedBy,
        }, cancellationToken) is not null;
        if (isKept)
            changes.Publish(signal.ExecutionId);
        return isKept ? SignalReceipt.Kept : SignalReceipt.ExecutionEnded;
    }

    /// <summary>Keeps an answer to a question, after those that were given before it, while nobody else answers.</summary>
    /// <param name="question">What is answered.</param>
    /// <param name="answer">The answer, as JSON.</param>
    /// <param name="answeredBy">Who gives it.</param>
    /// <param name="decide">
    /// Says by the answers so far what is decided, as the payload of the signal that the node waits for; null if more are needed.
    /// </param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<SignalReceipt> AnswerAsync(
        Question question, string answer, string answeredBy, Func<IReadOnlyList<string>, string?> decide,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var place = new { execution_id = question.ExecutionId, name = question.Name };
        if (await connection.QuerySingleOrDefaultAsync<string>("signals.hold", place, cancellationToken, transaction) is null)
            return SignalReceipt.ExecutionEnded;
        var former = await connection.QueryAsync<(string Payload, string AnsweredBy)>(
            "signals.answers", place, cancellationToken, transaction);
        var hasAnswered = former.Any(other => string.Equals(other.AnsweredBy, answeredBy, StringComparison.OrdinalIgnoreCase));
        var outcome = hasAnswered ? null : decide([.. former.Select(other => other.Payload), answer]);
        var isKept = await connection.QuerySingleOrDefaultAsync<string>("signals.answer", new
        {
            execution_id = question.ExecutionId,
            name = question.Name,
            asked = question.Asked.ToArray(),
            answer,
            outcome,
            created_by = answeredBy,
        }, cancellationToken, transaction) is not null;
        if (!isKept)
            return SignalReceipt.Decided;
        // It goes with the transaction. If the question has been decided, that is the better thing to say.
        if (hasAnswered)
            return SignalReceipt.AnsweredBefore;
        await transaction.CommitAsync(cancellationToken);
        changes.Publish(question.ExecutionId);
        return outcome is null ? SignalReceipt.Counted : SignalReceipt.Kept;
    }

    /// <summary>Takes a signal for a job, the oldest first; a job that asks again is given the same one.</summary>
    /// <returns>Its payload, JSON null for none; null if there is no signal.</returns>
    public async Task<JsonElement?> TakeAsync(string executionId, string name, string jobId, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _takes.AddAsync(new Taking(executionId, name, jobId)).WaitAsync(cancellationToken) is { } payload)
                return RecordDatabase.ParseJson(payload);
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

    /// <summary>What decided a question that takes no answer any more.</summary>
    public Task<Decision> FindDecisionAsync(Question question, CancellationToken cancellationToken) => database.QuerySingleAsync<Decision>(
        "signals.decision",
        new { execution_id = question.ExecutionId, name = question.Name, asked = question.Asked.ToArray() },
        cancellationToken);

    /// <summary>Ends the connection that is kept for what is taken for many at once, after what is under way.</summary>
    public ValueTask DisposeAsync() => _takes.DisposeAsync();

    private static async Task<IReadOnlyList<string?>> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<Taking> takings, CancellationToken cancellationToken)
    {
        var taken = await connection.QueryAsync<(string JobId, string Payload)>(
            "signals.take",
            new
            {
                execution_ids = takings.Select(taking => taking.ExecutionId).ToArray(),
                names = takings.Select(taking => taking.Name).ToArray(),
                job_ids = takings.Select(taking => taking.JobId).ToArray(),
            },
            cancellationToken);
        var payloads = taken.ToDictionary(one => one.JobId, one => one.Payload, StringComparer.Ordinal);
        return [.. takings.Select(taking => payloads.GetValueOrDefault(taking.JobId))];
    }

    private readonly record struct Taking(string ExecutionId, string Name, string JobId);
}

/// <summary>A signal to be kept.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Name">The name that a node waits for.</param>
/// <param name="Payload">JSON; null for none.</param>
/// <param name="CreatedBy">Who sends it.</param>
internal sealed record NewSignal(string ExecutionId, string Name, string? Payload, string CreatedBy);

/// <summary>What people are asked by a node.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Name">The node, as the record names it; the signal with the decision is called so.</param>
/// <param name="Asked">The node, and the loops around it.</param>
internal sealed record Question(string ExecutionId, string Name, IReadOnlyList<string> Asked);

/// <summary>What became of a signal.</summary>
internal enum SignalReceipt
{
    /// <summary>It is kept; it survives whatever happens now. A question has been decided.</summary>
    Kept,

    /// <summary>The answer is kept, and others are needed besides it.</summary>
    Counted,

    /// <summary>The same person has answered before.</summary>
    AnsweredBefore,

    /// <summary>The question has been decided before, or its node is settled without an answer.</summary>
    Decided,

    /// <summary>There is no such execution, or it has ended.</summary>
    ExecutionEnded,
}

/// <summary>What decided a question.</summary>
internal sealed record Decision
{
    /// <summary>The decision of the answer; null if none was given.</summary>
    public string? Answer { get; init; }

    /// <summary>Who gave it.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When it was given, or the node settled without one.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The node that is settled: the one that asks, or a loop around it.</summary>
    public string? NodeId { get; init; }

    /// <summary>How it is settled, one of <see cref="JobStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>What the node says of it.</summary>
    public string? Reason { get; init; }
}
