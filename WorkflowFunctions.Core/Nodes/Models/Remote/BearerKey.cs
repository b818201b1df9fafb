using System.ClientModel.Primitives;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Sends the API key as a bearer token, or nothing where an endpoint needs none.</summary>
internal sealed class BearerKey(string? apiKey) : AuthenticationPolicy
{
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Authorize(message);
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        Authorize(message);
        return ProcessNextAsync(message, pipeline, currentIndex);
    }

    private void Authorize(PipelineMessage message)
    {
        if (!string.IsNullOrEmpty(apiKey))
            message.Request.Headers.Set("Authorization", $"Bearer {apiKey}");
    }
}
