using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Analytics;
using WorkflowFunctions.Api.Batches;
using WorkflowFunctions.Api.Checkpoints;
using WorkflowFunctions.Api.Documents;
using WorkflowFunctions.Api.Events;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Health;
using WorkflowFunctions.Api.Hooks;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Indexes;
using WorkflowFunctions.Api.Jobs;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Api.NodeTypes;
using WorkflowFunctions.Api.Outbox;
using WorkflowFunctions.Api.Partitions;
using WorkflowFunctions.Api.Retention;
using WorkflowFunctions.Api.Schedules;
using WorkflowFunctions.Api.Signals;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Api.Tasks;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Api.Workers;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine;

namespace WorkflowFunctions.Api;

/// <summary>The HTTP API, the same on every host. It talks to the engine through <see cref="IEngine"/>, which the host registers.</summary>
public static class WorkflowApi
{
    /// <summary>Adds what the API works with, besides <see cref="WorkflowFeatures.AddWorkflow"/>.</summary>
    public static IServiceCollection AddWorkflowApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<WorkflowApiOptions>();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        // A parameter of the wrong type is told of in words, by the exception handler.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        // It puts the address of a request into the scope of every line, and addresses may have secrets in them. Requests are seen in
        // traces.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None));
        services.AddProblemDetails();
        // No answer holds a secret beside something that a stranger could choose, which is what compression under TLS would give away
        // (BREACH).
        services.AddResponseCompression(static compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["application/json", ApiProblem.MediaType, "text/csv", "text/html", "text/markdown", "text/plain"];
        });
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddApiDescription();
        services.AddHealth();
        services.AddAccess();
        return services
            .AddSingleton<ExecutionStart>()
            .AddSingleton<GivenStart>()
            .AddSingleton<WorkflowTests>()
            .AddSingleton<TemplateImpact>()
            .AddSingleton<ExecutionRetry>()
            .AddSingleton<ExecutionFork>()
            .AddSingleton<ExecutionWatch>()
            .AddSingleton<ExecutionReader>()
            .AddSingleton<TaskAnswers>()
            .AddSingleton<EventFeed>()
            .AddSingleton<TaskClaims>()
            .AddSingleton<TargetCheck>()
            .AddSingleton<HookCall>()
            .AddSingleton<BatchStart>()
            .AddSingleton<BatchResults>()
            .AddSingleton<ScheduleCheck>();
    }

    /// <summary>
    /// Compresses answers, tells what goes wrong in problem details (RFC 9457), and finds out who calls. Comes before everything that may
    /// go wrong.
    /// </summary>
    public static void UseWorkflowApi(this IApplicationBuilder app)
    {
        app.UseSecretAddressSpans();
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ApiProblem.Of(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        app.UseAccess();
    }

    /// <summary>Maps the endpoints, their description and the page that shows it.</summary>
    public static void MapWorkflowApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").CheckRequests();
        api.MapHealth();
        api.MapSession();
        api.MapKeys();
        api.MapTemplates();
        api.MapTemplateVersions();
        api.MapImpact();
        WorkflowTests.Map(api);
        api.MapExecutions();
        api.MapTransitions();
        api.MapStale();
        api.MapSignals();
        api.MapTasks();
        api.MapTaskLinks();
        api.MapWorkers();
        api.MapQueries();
        api.MapJobs();
        api.MapExecutionJobs();
        api.MapSchedules();
        api.MapHooks();
        api.MapBatches();
        api.MapSubscriptions();
        api.MapDeliveries();
        api.MapWorkspaces();
        api.MapAnalytics();
        api.MapIndexes();
        api.MapEvents();
        api.MapCheckpoints();
        api.MapMetrics();
        api.MapDocuments();
        api.MapExecutionDocuments();
        api.MapNodeTypes();
        api.MapRetention();
        api.MapPartitions();
        endpoints.MapApiDescription();
        AccessRules.RequireRules(endpoints.DataSources);
    }
}
