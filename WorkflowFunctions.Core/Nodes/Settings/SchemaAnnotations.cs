using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>Carries the attributes of a settings property over into its JSON Schema.</summary>
internal static class SchemaAnnotations
{
    /// <summary>Adds what the attributes of the property say.</summary>
    public static JsonNode Apply(JsonSchemaExporterContext context, JsonNode node)
    {
        if (context.PropertyInfo?.AttributeProvider is not { } attributes)
            return node;
        // "Anything" is the schema `true`; it needs an object to hold a description.
        var schema = node as JsonObject ?? [];
        foreach (var attribute in attributes.GetCustomAttributes(inherit: true))
        {
            switch (attribute)
            {
                case DescriptionAttribute description:
                    schema["description"] = description.Description;
                    break;
                case RangeAttribute range:
                    schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
                    if (Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) is var maximum && maximum < double.MaxValue)
                        schema["maximum"] = maximum;
                    break;
                case AllowedValuesAttribute allowed:
                    schema["enum"] = JsonSerializer.SerializeToNode(allowed.Values);
                    break;
                case OneOrMoreAttribute:
                    schema["type"] = new JsonArray("string", "array", "null");
                    schema["items"] = new JsonObject { ["type"] = "string" };
                    break;
                case MinLengthAttribute length:
                    schema[IsArray(context) ? "minItems" : "minLength"] = length.Length;
                    break;
                case FormatAttribute { Format: FormatAttribute.LiquidCondition }:
                    schema["type"] = "string";
                    schema["format"] = FormatAttribute.LiquidCondition;
                    break;
                case FormatAttribute format:
                    schema["format"] = format.Format;
                    break;
            }
        }

        return schema;
    }

    private static bool IsArray(JsonSchemaExporterContext context) =>
        context.TypeInfo.Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Enumerable;
}
