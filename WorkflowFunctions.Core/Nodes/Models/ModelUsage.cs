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
