using System.Diagnostics;
using System.Globalization;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>Asks the models that a node names, one after the other, until one of them answers.</summary>
internal static class ModelCalls
{
    private const int QuotedCharacters = 500;

    /// <summary>Asks models for an answer. The next one is asked where one is busy, broken, out of reach or too slow.</summary>
    /// <param name="context">The node, which is told what the models have used.</param>
    /// <param name="models">Their names, the preferred one first; none or null for the default one.</param>
    /// <param name="ask">Asks one of them.</param>
    /// <param name="usageOf">What an answer took.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="NodeFailedException">None has answered.</exception>
    /// <exception cref="NodeDeferredException">None may be asked now.</exception>
    public static async Task<ModelAnswer<T>> AskAsync<T>(
        NodeContext context,
        IReadOnlyList<string>? models,
        Func<string?, CancellationToken, Task<T>> ask,
        Func<T, ModelUsage> usageOf,
        CancellationToken cancellationToken)
    {
        string?[] names = models is { Count: > 0 } ? [.. models] : [null];
        var began = Stopwatch.GetTimestamp();
        var used = ModelUsage.None;
        var failures = new List<ModelException>();
        foreach (var (index, name) in names.Index())
        {
            try
            {
                var answer = await AskOneAsync(name, names.Length - index);
                var all = used.Plus(usageOf(answer)).ToUsage();
                context.Use(all);
                return new ModelAnswer<T>(answer, all, [.. failures.Select(failure => Tell(context, failure))]);
            }
            catch (ModelException failure)
            {
                failures.Add(failure);
                used = used.Plus(failure.Used);
                // The attempt may be stopped while the next one is asked.
                context.Use(used.ToUsage());
                if (!failure.IsOfThisModelAlone)
                    break;
            }
        }

        if (failures.All(failure => failure.TurnIn is not null))
        {
            throw new NodeDeferredException(
                string.Join(" ", failures.Select(failure => failure.Message)), failures.Min(failure => failure.TurnIn!.Value));
        }

        var passing = failures.Where(failure => failure.IsTransient || failure.TurnIn is not null).ToList();
        throw new NodeFailedException(
            string.Join(" ", failures.Select(failure => Describe(context, failure))),
            passing.Count > 0,
            // Whichever may be asked first.
            passing.Select(failure => failure.TurnIn ?? failure.RetryAfter ?? TimeSpan.Zero).DefaultIfEmpty().Min(),
            failures[^1])
        { Usage = used.ToUsage() };

        async Task<T> AskOneAsync(string? name, int left)
        {
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var limit = TimeSpan.Zero;
            if (left > 1 && context.RunTimeout != Timeout.InfiniteTimeSpan)
            {
                // Each gets the same part of the time that is left, so that there is some for the last one.
                limit = (context.RunTimeout - Stopwatch.GetElapsedTime(began)) / left;
                share.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
            }

            try
            {
                return await ask(name, share.Token);
            }
            catch (OperationCanceledException) when (share.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                var seconds = limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                throw new ModelException($"The model '{name}' did not answer within {seconds} seconds, its part of the attempt's time.")
                {
                    Model = name,
                    IsTransient = true,
                    Used = ModelUsage.None with { Calls = 1 },
                };
            }
        }
    }

    private static FailedModel Tell(NodeContext context, ModelException failure) =>
        new(failure.Model ?? "", context.WithoutSecrets(Describe(context, failure)), failure.Used.CostUsd);

    private static string Describe(NodeContext context, ModelException failure) =>
        failure.Said is { } said ? $"{failure.Message} It said: {context.Quote(said, QuotedCharacters)}" : failure.Message;
}

/// <summary>What a model has answered.</summary>
/// <param name="Value">The answer.</param>
/// <param name="Used">What it took, with what those before it took.</param>
/// <param name="Failed">Those that were to be asked before it and have not answered, in order.</param>
internal sealed record ModelAnswer<T>(T Value, Usage Used, IReadOnlyList<FailedModel> Failed)
{
    /// <summary>What an output tells of them; null for none.</summary>
    public IReadOnlyList<FailedModel>? Tried => Failed.Count > 0 ? Failed : null;

    /// <summary>What people are to know of them; null for nothing.</summary>
    /// <param name="model">The one that has answered.</param>
    public string? Warning(string model) => Failed.Count == 0
        ? null
        : $"The model '{model}' has answered; before it: {string.Join(" ", Failed.Select(failed => failed.Error))}";
}

/// <summary>A model that has not answered.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Error">Why.</param>
/// <param name="CostUsd">What it has cost all the same.</param>
internal sealed record FailedModel(string Model, string Error, decimal CostUsd);
