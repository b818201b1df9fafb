using System.Text.Json;

namespace WorkflowFunctions.Api.Http;

/// <summary>A parameter that is the body of a request.</summary>
internal interface IJsonBody
{
    /// <summary>The body as it was sent.</summary>
    JsonElement Json { get; }
}
