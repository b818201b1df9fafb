using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using WorkflowFunctions.Api.Access;

namespace WorkflowFunctions.Api.Http;

/// <summary>
/// The description of the API (OpenAPI 3.1) at <c>/openapi/v1.json</c>, that clients can be made from, and a page that shows it at
/// <c>/scalar</c>.
/// </summary>
internal static class ApiDescription
{
    private static readonly Dictionary<string, string> s_tags = new()
    {
        ["Access"] = "Who calls, and the keys with which they do",
        ["Administration"] = "What keeps the database in good order",
        ["Analytics"] = "Numbers, costs and durations by day",
        ["Batches"] = "Runs of a template for each row of a list",
        ["Documents"] = "What executions have made",
        ["Events"] = "Addresses that are told of what happens",
        ["Executions"] = "Runs of templates: start, steer and read them",
        ["Health"] = "Whether the server works",
        ["Hooks"] = "Addresses that start templates",
        ["Jobs"] = "What nodes did, over all executions",
        ["Schedules"] = "Times at which templates start",
        ["Tasks"] = "What workflows ask people",
        ["Templates"] = "Workflows and what they may be made of",
        ["Workers"] = "What workflows have programs elsewhere do",
        ["Workspaces"] = "Workspaces that have something to do",
    };

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", static options =>
    {
        AccessDescription.AddTo(options);
        // What may be any JSON has no name of its own.
        options.CreateSchemaReferenceId = static type =>
            type.Type == typeof(JsonElement) || type.Type == typeof(JsonElement?)
                ? null
                : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().LastOrDefault() is { } handler)
                operation.OperationId ??= IdOf(handler);
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
                parameter.Required &= parameter.Schema?.Type != JsonSchemaType.Array;
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info.Title = "WorkflowFunctions";
            document.Info.Version = "v1";
            document.Info.License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" };
            foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
                tag.Description = s_tags.GetValueOrDefault(tag.Name ?? "");
            foreach (var server in document.Servers ?? [])
                server.Url = server.Url?.TrimEnd('/');
            document.Info.Description =
                "Durable workflows drawn in React Flow, recorded in PostgreSQL. Names are the columns' names. Errors are problem details "
                    + "(RFC 9457).";
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

    /// <summary>
    /// What clients call an operation: the feature and what it does there, <c>execution_list</c> for <c>ExecutionEndpoints.ListAsync</c>.
    /// </summary>
    private static string IdOf(MethodInfo handler) => JsonNamingPolicy.SnakeCaseLower.ConvertName(
        WithoutEnd(handler.DeclaringType!.Name, "Endpoints") + "_" + WithoutEnd(handler.Name, "Async"));

    private static string WithoutEnd(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
}
