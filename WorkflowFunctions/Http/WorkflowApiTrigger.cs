using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace WorkflowFunctions.Durable.Http;

/// <summary>Everything else that the API answers.</summary>
public sealed class WorkflowApiTrigger(ApiPipeline api)
{
    /// <summary>Answers any request.</summary>
    /// <remarks>The host tries routes in the order of the functions' names. This one has to come last.</remarks>
    [Function("WorkflowApi")]
    public Task<IResult> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "options", "post", "put", "patch", "delete", Route = "{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);
}
