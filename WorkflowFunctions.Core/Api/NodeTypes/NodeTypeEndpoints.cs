using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Api.NodeTypes;

/// <summary><c>/api/node-types</c></summary>
internal static class NodeTypeEndpoints
{
    private static readonly JsonElement s_newNode = JsonElement.Parse("{}");

    public static void MapNodeTypes(this IEndpointRouteBuilder api) => api
        .MapGet("/node-types", List)
        .WithTags("Templates")
        .WithSummary("List the node types that workflows may use")
        .Problems();

    private static IReadOnlyList<NodeTypeDetails> List(NodeCatalog catalog) =>
        [.. catalog.Types.Select(type => new NodeTypeDetails(type.Name, type.Description, Settings(type), ((INodeShape)type).Branches(s_newNode)))];

    private static JsonObject Settings(NodeType type)
    {
        var schema = type.Schema.ToJson();
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        var properties = schema["properties"] as JsonObject ?? [];
        schema["properties"] ??= properties;
        foreach (var (name, policy) in NodePolicy.Schema.ToJson()["properties"]!.AsObject())
            properties.TryAdd(name, policy?.DeepClone());
        return schema;
    }
}
