using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

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
        api.MapGet("/filters", ListFilters)
            .For(AccessScope.Read)
            .WithTags("Templates")
            .WithSummary("List the Liquid filters that templates may use")
            .Problems();
        api.MapGet("/models", ListModels)
            .For(AccessScope.Read)
            .WithTags("Templates")
            .WithSummary("List the models that nodes may name, with their prices")
            .WithDescription("Prices are in US dollars, as they are configured; 0 where none is.")
            .Problems();
        api.MapGet("/workflow.schema.json", Schema)
            .For(AccessScope.Read)
            .WithTags("Templates")
            .WithSummary("The JSON Schema of a workflow file")
            .WithDescription("For editors: name it as `$schema` in a file. It covers nodes and their settings; `POST "
                + "/api/templates/validate` covers everything.")
            .Produces<JsonObject>(contentType: "application/schema+json")
            .Problems();
    }

    private static IReadOnlyList<NodeTypeDetails> List(NodeCatalog catalog) =>
        [.. catalog.Types.Select(type => new NodeTypeDetails(
            type.Name, type.Description, WorkflowSchema.Settings(type), ((INodeShape)type).Branches(s_newNode), type.Outputs))];

    private static IReadOnlyList<FilterDetails> ListFilters() => [.. LiquidFilters.Arguments
        .OrderBy(filter => filter.Key, StringComparer.Ordinal)
        .Select(filter => new FilterDetails(filter.Key, filter.Value.Least, filter.Value.Most))];

    private static IReadOnlyList<ModelDetails> ListModels(ModelCatalog models) => [.. models.Models
        .Select(model => new ModelDetails(
            model.Name, ModelCatalog.Word(model.Kind), model.Name == models.NameOf(null, model.Kind),
            model.Settings.InputPerMillion, model.Settings.OutputPerMillion, model.Settings.PerImage))
        .Concat(Enum.GetValues<ModelKind>().Select(kind => new ModelDetails(
            ModelCatalog.Offline, ModelCatalog.Word(kind), models.NameOf(null, kind) == ModelCatalog.Offline, 0, 0, 0)))];

    private static JsonHttpResult<JsonObject> Schema(NodeCatalog catalog) =>
        TypedResults.Json(WorkflowSchema.Of(catalog), contentType: "application/schema+json");
}

/// <summary>A Liquid filter, as an editor needs it.</summary>
/// <param name="Name">The name in a template.</param>
/// <param name="MinArguments">How many arguments it takes at the least.</param>
/// <param name="MaxArguments">How many at the most.</param>
internal sealed record FilterDetails(string Name, int MinArguments, int MaxArguments);

/// <summary>A model, as an editor needs it.</summary>
/// <param name="Name">The name in a workflow.</param>
/// <param name="Kind">What it makes: <c>copy</c> or <c>image</c>.</param>
/// <param name="IsDefault">Whether a node that names none uses it.</param>
/// <param name="InputPerMillion">What a million tokens cost that it reads.</param>
/// <param name="OutputPerMillion">What a million tokens cost that it writes.</param>
/// <param name="PerImage">What an image costs.</param>
internal sealed record ModelDetails(
    string Name, string Kind, bool IsDefault, decimal InputPerMillion, decimal OutputPerMillion, decimal PerImage);

/// <summary>A node type, as an editor needs it.</summary>
/// <param name="Name">The name in a workflow.</param>
/// <param name="Description">What the node does.</param>
/// <param name="Settings">JSON Schema (draft 2020-12) of <c>data</c>: the settings of the type and those that every node has.</param>
/// <param name="Branches">
/// The handles of a new node. Settings may say others: the cases of a <c>switch</c>, the choices of an <c>approval</c>, and <c>error</c>.
/// </param>
/// <param name="Outputs">The fields that its output always has, with a dot before a member of a field: <c>tokens.input</c>.</param>
internal sealed record NodeTypeDetails(
    string Name, string Description, JsonObject Settings, IReadOnlyList<string> Branches, IReadOnlyList<string> Outputs);
