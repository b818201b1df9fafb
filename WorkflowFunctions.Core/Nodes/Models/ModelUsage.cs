using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>What calls of a model took, whether or not their answers were of use.</summary>
/// <param name="InputTokens">Tokens read, as the endpoint counted them, or an estimate where it did not say.</param>
/// <param name="OutputTokens">Tokens written, as the endpoint counted them, or an estimate where it did not say.</param>
/// <param name="CostUsd">Tokens and images times the configured prices, in USD; 0 for a model without prices.</param>
/// <param name="Calls">The calls.</param>
public sealed record ModelUsage(long InputTokens, long OutputTokens, decimal CostUsd, int Calls)
{
    /// <summary>Nothing.</summary>
    public static readonly ModelUsage None = new(0, 0, 0, 0);

    /// <summary>Both together.</summary>
    public ModelUsage Plus(ModelUsage other) =>
        new(InputTokens + other.InputTokens, OutputTokens + other.OutputTokens, CostUsd + other.CostUsd, Calls + other.Calls);

    internal Usage ToUsage() => new(InputTokens + OutputTokens, CostUsd, Calls);
}

/// <summary>Counts what models take, also where their answers were of no use.</summary>
internal static class ModelCounts
{
    public static async Task<T> CountAsync<T>(this WorkflowMetrics metrics, string model, Func<Task<T>> call, Func<T, ModelUsage> usageOf)
    {
        try
        {
            var answer = await call().ConfigureAwait(false);
            Count(usageOf(answer));
            return answer;
        }
        catch (ModelException failure)
        {
            Count(failure.Used);
            throw;
        }

        void Count(ModelUsage used) => metrics.Used(model, used.InputTokens, used.OutputTokens, used.CostUsd);
    }
}

/// <summary>Counts tokens without a tokenizer: four characters make one, as in ordinary English.</summary>
internal static class TokenEstimate
{
    public const int CharactersPerToken = 4;

    public static long Of(string? text) => ((text?.Length ?? 0) + CharactersPerToken - 1) / CharactersPerToken;

    public static long Of(CopyRequest request) => Of(request.System) + Of(request.Prompt);
}
