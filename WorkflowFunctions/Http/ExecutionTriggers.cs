using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace WorkflowFunctions.Durable.Http;

/// <summary>
/// The calls about executions, as functions of their own: each has its own row in the portal, its own metrics and its own alerts.
/// </summary>
internal sealed class ExecutionTriggers(ApiPipeline api)
{
    /// <summary>Starts an execution.</summary>
    [Function("StartExecution")]
    public Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Says how an execution stands.</summary>
    [Function("GetExecution")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/executions/{id}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Pauses an execution.</summary>
    [Function("PauseExecution")]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions/{id}/pause")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Resumes an execution.</summary>
    [Function("ResumeExecution")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions/{id}/resume")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Cancels an execution.</summary>
    [Function("CancelExecution")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions/{id}/cancel")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Goes on with an execution that failed or was cancelled.</summary>
    [Function("RetryExecution")]
    public Task<IResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions/{id}/retry")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);

    /// <summary>Raises a signal for an execution: an approval, for example.</summary>
    [Function("SignalExecution")]
    public Task<IResult> SignalAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/executions/{id}/signals/{name}")] HttpRequest request,
        [DurableClient] DurableTaskClient client) => api.AnswerAsync(request, client);
}
