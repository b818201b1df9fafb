using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Engine.Limits;

/// <summary>Counts the calls of models in PostgreSQL, for all processes and by its clock (<c>workflow_model_calls</c>).</summary>
internal sealed class ModelLimits(NpgsqlDataSource database, TimeProvider time, ILogger<ModelLimits> logger) : IModelLimits
{
    /// <summary>How long a node waits where it is. One that has longer to wait is put off, and makes room for others.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ModelTurn> TakeAsync(ConfiguredModel model, long tokens, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var (takenAt, counted, wait) = await FindTurnAsync(model, tokens, cancellationToken).ConfigureAwait(false);
            if (takenAt is { } second)
                return new ModelTurn(model.Name, second, counted);
            waited += wait;
            if (waited > s_longestWait)
            {
                throw model.Failure(
                    $"The {model.Described} has been asked for as much as it may in a minute ({LimitsOf(model)}).",
                    ModelUsage.None, isTransient: false, turnIn: wait);
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task SettleAsync(ModelTurn turn, long tokens)
    {
        if (tokens == turn.Tokens)
            return;
        try
        {
            await using var connection = await database.OpenConnectionAsync().ConfigureAwait(false);
            await connection.ExecuteAsync(
                "limits.settle_model_turn",
                new { model = turn.Model, second = turn.Second.UtcDateTime, more = tokens - turn.Tokens },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            // The answer is there, and was paid.
            logger.LogWarning("What a call of the model {Model} has taken could not be counted: {Reason}", turn.Model, exception.Message);
        }
    }

    private async Task<Turn> FindTurnAsync(ConfiguredModel model, long tokens, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await connection.QuerySingleAsync<Turn>(
            "limits.take_model_turn",
            new
            {
                model = model.Name,
                max_requests = model.Settings.RequestsPerMinute,
                max_tokens = model.Settings.TokensPerMinute,
                wanted = Math.Max(1, tokens),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static string LimitsOf(ConfiguredModel model)
    {
        var settings = model.Settings;
        string?[] limits =
        [
            settings.RequestsPerMinute is { } requests ? $"{nameof(settings.RequestsPerMinute)}: {requests}" : null,
            settings.TokensPerMinute is { } tokens ? $"{nameof(settings.TokensPerMinute)}: {tokens}" : null,
        ];
        return string.Join(", ", limits.Where(limit => limit is not null));
    }

    private sealed record Turn
    {
        public DateTimeOffset? TakenAt { get; init; }

        public long Counted { get; init; }

        public TimeSpan Wait { get; init; }

        public void Deconstruct(out DateTimeOffset? takenAt, out long counted, out TimeSpan wait) =>
            (takenAt, counted, wait) = (TakenAt, Counted, Wait);
    }
}
