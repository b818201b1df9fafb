using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>Says of a model's failure what the orchestration needs to know.</summary>
internal static class ModelFailure
{
    private const int QuotedCharacters = 500;

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
            throw new NodeFailedException(Describe(context, exception), exception.IsTransient, exception.RetryAfter, exception)
            {
                Usage = exception.Used.ToUsage(),
            };
        }
    }

    private static string Describe(NodeContext context, ModelException exception) =>
        exception.Said is { } said ? $"{exception.Message} It said: {context.Quote(said, QuotedCharacters)}" : exception.Message;
}
