using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace WorkflowFunctions.Durable.Http;

/// <summary>Everything else that the API answers.</summary>
/// <remarks>The host tries routes in the order of the functions' names. These come after those of single calls.</remarks>
internal sealed class WorkflowApiTrigger(ApiPipeline api)
{
    /// <summary>Answers any call.</summary>
    [Function("WorkflowApi")]
    public Task<IResult> AnswerAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "options", "post", "put", "patch", "delete", Route = "api/{*path}")]
        HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Describes the API, as OpenAPI.</summary>
    [Function("WorkflowApiDescription")]
    public Task<IResult> DescribeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "openapi/{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Shows the description as a page.</summary>
    [Function("WorkflowApiReference")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "scalar/{*path}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);
}
