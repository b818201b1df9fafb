namespace WorkflowFunctions.Nodes.Models;

/// <summary>Writes text with whichever configured model a request names.</summary>
public interface ICopyModels
{
    /// <summary>Makes one attempt: at most one call to the model's endpoint, never a retry.</summary>
    /// <param name="request">What to write and with which model.</param>
    /// <param name="ct">Stops the attempt; there is no other time limit.</param>
    /// <exception cref="ModelException">The model is unknown, refused, could not be reached or answered badly.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    Task<GeneratedCopy> GenerateAsync(CopyRequest request, CancellationToken ct);
}
