using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;
using WorkflowFunctions.Api.Access;

namespace WorkflowFunctions.Api.Http;

/// <summary>The description of the API (OpenAPI 3.1) at <c>/openapi/v1.json</c>, and a page that shows it at <c>/scalar</c>.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", static options =>
    {
        AccessDescription.AddTo(options);
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info.Title = "WorkflowFunctions";
            document.Info.Version = "v1";
            document.Info.Description =
                "Durable workflows drawn in React Flow, recorded in PostgreSQL. Names are the columns' names. Errors are problem details (RFC 9457).";
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();
        // The page works without a network: its script comes from this server, its fonts from the reader's machine.
        endpoints.MapScalarApiReference(static options => options
            .WithTitle("WorkflowFunctions API")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools());
    }
}
