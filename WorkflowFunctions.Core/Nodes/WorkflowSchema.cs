using System.Text.Json.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes;

/// <summary>
/// The JSON Schema (draft 2020-12) of a workflow file, for editors that complete and check as one types. It knows the registered
/// node types and their settings. What spans several nodes (ids, edges, cycles, references) the server checks.
/// </summary>
internal static class WorkflowSchema
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The schema over these node types.</summary>
    public static JsonObject Of(NodeCatalog catalog) => new()
    {
        ["$schema"] = Dialect,
        ["title"] = "Workflow",
        ["type"] = "object",
        ["required"] = new JsonArray("name", "nodes"),
        ["properties"] = new JsonObject
        {
            ["name"] = Typed("string", "What people read"),
            ["description"] = Typed("string", "What it is for"),
            ["category"] = Typed("string", "Where a gallery shows it"),
            ["default_params"] = Typed("object", "The params that an execution has unless it is given others"),
            ["nodes"]
                = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = WorkflowFile.MaxNodes, ["items"] = Node(catalog) },
            ["edges"] = new JsonObject { ["type"] = "array", ["maxItems"] = WorkflowFile.MaxEdges, ["items"] = Edge() },
        },
        ["$defs"] = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["description"] = "A Liquid template",
                ["type"] = "string",
                ["pattern"] = @"\{\{|\{%",
            },
        },
    };

    /// <summary>The schema of the <c>data</c> of a node: the settings of its type and those that every node has.</summary>
    public static JsonObject Settings(NodeType type)
    {
        var schema = type.Schema.ToJson();
        var properties = schema["properties"] as JsonObject ?? [];
        schema["properties"] ??= properties;
        foreach (var (name, policy) in NodePolicy.Schema.ToJson()["properties"]!.AsObject())
            properties.TryAdd(name, policy?.DeepClone());
        return schema;
    }

    private static JsonObject Node(NodeCatalog catalog) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("id"),
        ["properties"] = new JsonObject
        {
            ["id"] = Typed("string", "An id of its own"),
            ["type"] = new JsonObject
            {
                ["description"] = "The node type, or a renderer's name with the node type in data.node_type",
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["enum"] = new JsonArray([.. catalog.Names.Select(name => JsonValue.Create(name))]) },
                    new JsonObject { ["type"] = "string" }),
            },
            ["data"] = Typed("object", "The settings"),
        },
        ["allOf"] = new JsonArray([.. catalog.Types.Select(type => new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["required"] = new JsonArray("type"),
                ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = type.Name } },
            },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["data"] = OrTemplates(type) } },
        })]),
    };

    private static JsonObject Edge() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("source", "target"),
        ["properties"] = new JsonObject
        {
            ["id"] = Typed("string", "An id of its own"),
            ["source"] = Typed("string", "The id of the node that it leaves"),
            ["target"] = Typed("string", "The id of the node that it enters"),
            ["sourceHandle"]
                = new JsonObject { ["description"] = "The branch that makes it live", ["type"] = new JsonArray("string", "null") },
        },
    };

    /// <summary>Any setting of a type may be given as a template; those that every node has are plain values.</summary>
    private static JsonObject OrTemplates(NodeType type)
    {
        var schema = Settings(type);
        var properties = schema["properties"]!.AsObject();
        foreach (var name in type.Schema.Names)
        {
            var plain = properties[name]!.DeepClone();
            properties[name] = new JsonObject { ["anyOf"] = new JsonArray(plain, new JsonObject { ["$ref"] = "#/$defs/template" }) };
        }

        return schema;
    }

    private static JsonObject Typed(string type, string description) => new() { ["description"] = description, ["type"] = type };
}
