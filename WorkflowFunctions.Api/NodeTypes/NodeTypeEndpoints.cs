using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.NodeTypes;

/// <summary><c>/api/node-types</c></summary>
internal static class NodeTypeEndpoints
{
    private static readonly JsonElement s_newNode = JsonElement.Parse("{}");

    public static void MapNodeTypes(this IEndpointRouteBuilder api)
    {
        api.MapGet("/node-types", List)
            .For(AccessScope.Read)
            .WithTags("Templates")
            .WithSummary("List the node types that workflows may use")
            .Problems();
        api.MapGet("/workflow.schema.json", Schema)
            .For(AccessScope.Read)
            .WithTags("Templates")
            .WithSummary("The JSON Schema of a workflow file")
            .WithDescription("For editors: name it as `$schema` in a file. It covers nodes and their settings; `POST /api/templates/validate` covers everything.")
            .Problems();
    }

    private static IReadOnlyList<NodeTypeDetails> List(NodeCatalog catalog) =>
        [.. catalog.Types.Select(type => new NodeTypeDetails(
            type.Name, type.Description, WorkflowSchema.Settings(type), ((INodeShape)type).Branches(s_newNode), type.Outputs))];

    private static JsonHttpResult<JsonObject> Schema(NodeCatalog catalog) =>
        TypedResults.Json(WorkflowSchema.Of(catalog), contentType: "application/schema+json");
}
