namespace WorkflowFunctions.Nodes.Models;

/// <summary>Makes images with whichever configured model a request names.</summary>
public interface IImageModels
{
    /// <summary>
    /// Makes one attempt: at most one call to the model's endpoint, and one download for each image it answers with as an address.
    /// </summary>
    /// <param name="request">What to show and with which model.</param>
    /// <param name="ct">Stops the attempt; there is no other time limit.</param>
    /// <exception cref="ModelException">The model is unknown, refused, could not be reached or answered badly.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    Task<GeneratedImages> GenerateAsync(ImageRequest request, CancellationToken ct);
}
