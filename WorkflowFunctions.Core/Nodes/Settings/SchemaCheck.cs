using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Settings;

/// <summary>
/// Checks a value against the part of JSON Schema that settings use: <c>type</c>, <c>properties</c>, <c>required</c>,
/// <c>items</c>, <c>additionalProperties</c>, <c>enum</c>, <c>minimum</c>, <c>maximum</c>, <c>minLength</c> and <c>minItems</c>.
/// </summary>
internal sealed class SchemaCheck
{
    private const int QuotedCharacters = 60;

    private readonly Func<string, bool> _isDeferred;
    private readonly Func<string, int, string> _quote;

    private SchemaCheck(Func<string, bool> isDeferred, Func<string, int, string> quote) => (_isDeferred, _quote) = (isDeferred, quote);

    /// <summary>Lists what is wrong with a value.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="isDeferred">Says of a string whether its value is not known yet; nothing is said against such a string.</param>
    /// <param name="quote">
    /// Gives the beginning of a text, of the length that it is told, for a person to read; simply that unless given.
    /// </param>
    public static IEnumerable<Problem> Check(
        JsonNode? schema, JsonElement value, Func<string, bool> isDeferred, Func<string, int, string>? quote = null) =>
        new SchemaCheck(isDeferred, quote ?? TextCut.Excerpt).Check(schema, value, "");

    private IEnumerable<Problem> Check(JsonNode? schema, JsonElement value, string pointer)
    {
        if (schema is not JsonObject rules || (value.ValueKind == JsonValueKind.String && _isDeferred(value.GetString()!)))
            return [];
        var types = Types(rules);
        if (types.Count > 0 && !types.Any(type => IsOfType(value, type)))
        {
            // A condition has been evaluated by the time it is rendered.
            if (SettingsSchema.IsCondition(rules) && value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                return [];
            return [new Problem(pointer, $"The value is {Describe(value)}.", Expectation(rules, types))];
        }

        if (rules["enum"] is JsonArray allowed
            && !allowed.Any(item =>
                item is null
                    ? value.ValueKind == JsonValueKind.Null
                    : JsonElement.DeepEquals(JsonSerializer.SerializeToElement(item), value)))
            return [new Problem(pointer, $"The value {Shorten(value)} is not one of those allowed.", Expectation(rules, types))];

        return value.ValueKind switch
        {
            JsonValueKind.Number => CheckNumber(rules, types, value, pointer),
            JsonValueKind.String => CheckLength(rules["minLength"], value.GetString()!.Length, "character", pointer),
            JsonValueKind.Array => CheckLength(rules["minItems"], value.GetArrayLength(), "item", pointer)
                .Concat(CheckItems(rules["items"], value, pointer)),
            JsonValueKind.Object => CheckObject(rules, value, pointer),
            _ => [],
        };
    }

    /// <summary>The types that a schema allows; empty for any.</summary>
    public static IReadOnlyList<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => [.. types.Select(type => type!.GetValue<string>())],
        JsonValue type => [type.GetValue<string>()],
        _ => [],
    };

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => true,
    };

    private IEnumerable<Problem> CheckNumber(JsonObject rules, IReadOnlyList<string> types, JsonElement value, string pointer)
    {
        var number = value.GetDouble();
        if (rules["minimum"]?.GetValue<double>() > number || rules["maximum"]?.GetValue<double>() < number)
            yield return new Problem(pointer, $"The value {Shorten(value)} is out of bounds.", Expectation(rules, types));
    }

    private static IEnumerable<Problem> CheckLength(JsonNode? minimum, int length, string unit, string pointer)
    {
        if (minimum is not null && length < minimum.GetValue<int>())
            yield return new Problem(pointer, $"The value has {length} {unit}s.", $"at least {minimum} {unit}s");
    }

    private IEnumerable<Problem> CheckItems(JsonNode? items, JsonElement value, string pointer) =>
        items is null ? [] : value.EnumerateArray().SelectMany((item, index) => Check(items, item, $"{pointer}/{index}"));

    private IEnumerable<Problem> CheckObject(JsonObject rules, JsonElement value, string pointer)
    {
        var properties = SettingsSchema.Properties(rules);
        foreach (var required in rules["required"] as JsonArray ?? [])
        {
            var name = required!.GetValue<string>();
            if (!value.TryGetProperty(name, out _))
                yield return new Problem(
                    $"{pointer}/{Problem.Escape(name)}", $"The setting '{name}' is missing.", Expectation(properties?[name]));
        }

        foreach (var member in value.EnumerateObject())
        {
            var schema = properties?[member.Name] ?? rules["additionalProperties"];
            foreach (var problem in Check(schema, member.Value, $"{pointer}/{Problem.Escape(member.Name)}"))
                yield return problem;
        }
    }

    private static string Expectation(JsonNode? schema) => schema is JsonObject rules ? Expectation(rules, Types(rules)) : "a value";

    private static string Expectation(JsonObject rules, IReadOnlyList<string> types)
    {
        var expected = rules["enum"] is JsonArray allowed
            ? "one of " + string.Join(", ", allowed.Select(item => item?.ToJsonString() ?? "null"))
            : SettingsSchema.IsCondition(rules) ? "a Liquid condition"
            : types.Count == 0 ? "a value"
            : string.Join(" or ", types.Where(type => type != "null").Select(Article));
        return (rules["minimum"]?.GetValue<double>(), rules["maximum"]?.GetValue<double>()) switch
        {
            ({ } minimum, { } maximum) => string.Create(CultureInfo.InvariantCulture, $"{expected} from {minimum} to {maximum}"),
            ({ } minimum, null) => string.Create(CultureInfo.InvariantCulture, $"{expected} of at least {minimum}"),
            _ => expected,
        };
    }

    private static string Article(string type) => type is "integer" or "array" or "object" ? "an " + type : "a " + type;

    private string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Shorten(value),
    };

    private string Shorten(JsonElement value) => _quote(value.GetRawText(), QuotedCharacters);
}
