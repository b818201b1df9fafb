using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api.Executions;

namespace WorkflowFunctions.Api.Outbox;

/// <summary>
/// Starts the workflow that a template names for its failures (<c>on_failure</c>): once for each, however often it is delivered.
/// </summary>
/// <remarks>The engine runs recurring work, this too, and so cannot be had before it is there.</remarks>
internal sealed class FailureStarts(DeliveryStore deliveries, IServiceProvider services)
{
    /// <summary>Starts the workflow with what has failed as its param <c>failure</c>.</summary>
    public async Task StartAsync(DueDelivery delivery, CancellationToken cancellationToken)
    {
        var nodeId = delivery.Event.GetProperty("node_id").GetString();
        if (await deliveries.FindFailureAsync(delivery.ExecutionId, nodeId, cancellationToken) is not { } failure)
            return;
        var request = new StartRequest
        {
            TemplateId = delivery.TemplateId!,
            WorkspaceId = failure.WorkspaceId,
            ProjectId = failure.ProjectId,
            UserId = failure.UserId,
            Params = new Dictionary<string, JsonElement>
            {
                ["failure"] = JsonSerializer.SerializeToElement(new
                {
                    execution_id = failure.ExecutionId,
                    template_id = failure.TemplateId,
                    template_name = failure.TemplateName,
                    error = failure.Error,
                    @params = failure.Params,
                    node_id = failure.NodeId,
                    node_type = failure.NodeType,
                    input = failure.Input,
                }),
            },
        };
        await services.GetRequiredService<ExecutionStart>().AcceptFromFailureAsync(request, delivery.Id, cancellationToken);
    }
}
