using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>
/// Gives rendered values the type that a schema asks for. A lone <c>{{ params.count }}</c> keeps the type of the param, and a
/// form or a command line gives strings for everything: a number where text is wanted becomes text, "5" where a number is
/// wanted becomes 5. What does not convert is left for the check to report.
/// </summary>
internal static class SchemaCoercion
{
    /// <summary>The value, with its leaves converted.</summary>
    public static JsonElement Coerce(JsonObject schema, JsonElement value) =>
        JsonSerializer.SerializeToElement(CoerceNode(schema, value), SettingsSchema.Json);

    private static JsonNode? CoerceNode(JsonNode? schema, JsonElement value)
    {
        var rules = schema as JsonObject;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when !WantsOnly(rules, "string"):
                var properties = SettingsSchema.Properties(rules);
                var coerced = new JsonObject();
                // Of a name that another system has written twice, the last one counts, as in PostgreSQL.
                foreach (var member in value.EnumerateObject())
                    coerced[member.Name] = CoerceNode(properties?[member.Name] ?? rules?["additionalProperties"], member.Value);
                return coerced;
            case JsonValueKind.Array when !WantsOnly(rules, "string"):
                return new JsonArray([.. value.EnumerateArray().Select(item => CoerceNode(rules?["items"], item))]);
            default:
                return JsonSerializer.SerializeToNode(CoerceLeaf(rules, value));
        }
    }

    private static JsonElement CoerceLeaf(JsonObject? rules, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return value;
        if (value.ValueKind != JsonValueKind.String)
            return WantsOnly(rules, "string") && !IsBooleanCondition(rules, value)
                ? JsonSerializer.SerializeToElement(value.GetRawText())
                : value;
        var text = value.GetString()!.Trim();
        if ((WantsOnly(rules, "number") || WantsOnly(rules, "integer"))
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return JsonSerializer.SerializeToElement(number);
        }

        return WantsOnly(rules, "boolean") && bool.TryParse(text, out var flag) ? JsonSerializer.SerializeToElement(flag) : value;
    }

    private static bool IsBooleanCondition(JsonObject? rules, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False && SettingsSchema.IsCondition(rules);

    private static bool WantsOnly(JsonObject? rules, string type) =>
        rules is not null && SchemaCheck.Types(rules).Where(allowed => allowed != "null").ToList() is [var only] && only == type;
}
