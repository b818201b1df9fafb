namespace WorkflowFunctions.Nodes.Models;

/// <summary>Writes text with whichever configured model a request names.</summary>
public interface ICopyModels
{
    /// <summary>
    /// Makes one attempt: one call to the model's endpoint. Where JSON was asked for and something else has come, the model is told so and
    /// asked once more.
    /// </summary>
    /// <param name="request">What to write and with which model.</param>
    /// <param name="ct">Stops the attempt; there is no other time limit.</param>
    /// <exception cref="ModelException">The model is unknown, refused, could not be reached or answered badly.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken ct);
}
