using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using WorkflowFunctions.Api;
using WorkflowFunctions.Durable.Orchestration;

namespace WorkflowFunctions.Durable.Http;

/// <summary>
/// The HTTP API as one ASP.NET Core pipeline, which every HTTP trigger hands its request to: the endpoints are the ones that the
/// server of one machine has, and are written once.
/// </summary>
internal sealed class ApiPipeline
{
    private readonly DurableEngine _engine;
    private readonly RequestDelegate _pipeline;

    /// <summary>Builds the pipeline.</summary>
    /// <param name="engine">What the endpoints start and signal executions through.</param>
    /// <param name="services">What the endpoints work with.</param>
    public ApiPipeline(DurableEngine engine, IServiceProvider services)
    {
        _engine = engine;
        var app = new ApplicationBuilder(services);
        // Who may call depends on the endpoint, so it comes first.
        app.UseRouting();
        app.UseWorkflowApi();
        app.UseEndpoints(endpoints => endpoints.MapWorkflowApi());
        _pipeline = app.Build();
    }

    /// <summary>Answers a request.</summary>
    /// <returns>A result that adds nothing: the response is written already.</returns>
    public async Task<IResult> AnswerAsync(HttpRequest request, DurableTaskClient client)
    {
        _engine.Use(client);
        // The trigger's own route has brought the request here; the pipeline finds its endpoint by the path.
        request.HttpContext.SetEndpoint(null);
        request.RouteValues.Clear();
        await _pipeline(request.HttpContext);
        return Results.Empty;
    }
}
