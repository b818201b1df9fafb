using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// Tells whether a schema keeps to the subset for which OpenAI guarantees the answer's shape
/// (<see href="https://platform.openai.com/docs/guides/structured-outputs#supported-schemas"/>): every object closed, every property
/// required, only keywords of that subset. Any other schema is sent as a hint, because strict mode would refuse it.
/// </summary>
internal static class StrictSchema
{
    private static readonly HashSet<string> s_keywords =
    [
        "type", "title", "description", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$defs",
        "$ref",
        "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "format",
    ];

    public static bool Fits(JsonElement schema) => IsObjectSchema(schema) && NodeFits(schema);

    private static bool NodeFits(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object
        && node.EnumerateObject().All(member => s_keywords.Contains(member.Name))
        && (!IsObjectSchema(node) || IsClosed(node))
        && Children(node).All(NodeFits);

    private static bool IsObjectSchema(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object
        && (node.TryGetProperty("properties", out _)
            || (node.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object")));

    private static bool IsClosed(JsonElement node) =>
        node.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False
        && node.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && node.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
        && properties.EnumerateObject().All(property =>
            required.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals(property.Name)));

    private static IEnumerable<JsonElement> Children(JsonElement node)
    {
        foreach (var member in node.EnumerateObject())
        {
            switch (member.Name)
            {
                case "properties" or "$defs" when member.Value.ValueKind == JsonValueKind.Object:
                    foreach (var child in member.Value.EnumerateObject())
                        yield return child.Value;
                    break;
                case "anyOf" when member.Value.ValueKind == JsonValueKind.Array:
                    foreach (var child in member.Value.EnumerateArray())
                        yield return child;
                    break;
                case "items":
                    yield return member.Value;
                    break;
            }
        }
    }
}
