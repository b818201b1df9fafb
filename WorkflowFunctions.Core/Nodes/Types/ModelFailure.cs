using WorkflowFunctions.Models;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>Says of a model's failure what the orchestration needs to know.</summary>
internal static class ModelFailure
{
    /// <summary>Endpoints may say a lot, and models too.</summary>
    private const int LongestMessage = 1_000;

    /// <summary>Calls a model; its failure becomes the node's.</summary>
    /// <exception cref="NodeFailedException">The model could not answer.</exception>
    public static async Task<T> TranslateAsync<T>(NodeContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ModelException exception)
        {
            throw new NodeFailedException(context.Quote(exception.Message, LongestMessage), exception.IsTransient, exception.RetryAfter, exception)
            {
                Usage = new Usage(0, exception.CostUsd, ApiCalls: exception.Status is null ? 0 : 1),
            };
        }
    }
}
