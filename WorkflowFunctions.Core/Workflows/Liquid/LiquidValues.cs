using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Workflows.Liquid;

/// <summary>Translates between JSON and what the Liquid library works on.</summary>
internal static class LiquidValues
{
    private static readonly JsonElement s_null = JsonElement.Parse("null");

    /// <summary>Wraps a JSON value; objects and arrays are opened only where a template looks into them.</summary>
    public static object? FromJson(JsonElement value, LiquidReading reading) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObjectView(value, reading),
        JsonValueKind.Array => value.EnumerateArray().Select(item => FromJson(item, reading)).ToList(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var integer) ? integer
            : value.TryGetDecimal(out var number) ? number
            : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The JSON of a value that came out of a template.</summary>
    public static JsonElement ToJson(object? value) => value switch
    {
        null => s_null,
        LiquidObject view => view.ToJson(),
        _ => JsonSerializer.SerializeToElement(ToNode(value)),
    };

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        LiquidObject view => JsonNode.Parse(view.ToJson().GetRawText()),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int or long or decimal or double or float => ToNumber(value),
        DateTime time => JsonValue.Create(time.ToString("O", CultureInfo.InvariantCulture)),
        DateTimeOffset time => JsonValue.Create(time.ToString("O", CultureInfo.InvariantCulture)),
        IDictionary<string, object> map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, ToNode(pair.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(ToNode)]),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    private static JsonNode? ToNumber(object value) => value switch
    {
        int integer => JsonValue.Create(integer),
        long integer => JsonValue.Create(integer),
        decimal number => JsonValue.Create(number),
        // JSON has no infinities; a template that divides by zero gets null.
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? JsonValue.Create(number) : null,
    };
}
