using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>
/// Makes a value that follows a JSON Schema (draft 2020-12): types, properties, enum, const, arrays, bounds, common formats, local
/// references, <c>allOf</c>, and the first branch of <c>anyOf</c> and <c>oneOf</c>. A pattern is only met by an example or a default.
/// </summary>
internal sealed class SchemaSample(JsonElement root, OfflineProse prose, Dice dice)
{
    // Optional properties stop here, so that a schema that refers to itself comes to an end …
    private const int OptionalDepth = 4;

    // … and a schema that requires itself for ever is reported.
    private const int MaxDepth = 32;

    private const int UsualItems = 2;
    private const int MostItems = 1000;

    private readonly SchemaText _text = new(prose, dice);

    /// <exception cref="ModelException">The schema cannot be satisfied or refers to something that is not there.</exception>
    public JsonNode? Create() => Create(root, "", 0);

    private JsonNode? Create(JsonElement written, string name, int depth)
    {
        if (depth > MaxDepth)
            throw Unusable($"nests itself without end at '{name}'");
        if (written.ValueKind == JsonValueKind.True)
            return prose.Sentence();
        if (written.ValueKind != JsonValueKind.Object)
            throw Unusable($"allows no value at '{name}'");

        var schema = new SchemaNode(root, written);
        if (schema.Fixed(dice) is { } value)
            return JsonNode.Parse(value.GetRawText());
        return schema.Type switch
        {
            "object" => CreateObject(schema, depth),
            "array" => CreateArray(schema, name, depth),
            "integer" => SchemaNumber.Create(schema, dice, whole: true),
            "number" => SchemaNumber.Create(schema, dice, whole: false),
            "boolean" => JsonValue.Create(dice.Next(2) == 0),
            "null" => null,
            _ => JsonValue.Create(_text.Create(schema, name)),
        };
    }

    private JsonObject CreateObject(SchemaNode schema, int depth)
    {
        var result = new JsonObject();
        var required = schema.Required;
        foreach (var (name, property) in schema.Properties)
        {
            if (required.Contains(name) || (depth < OptionalDepth && property.ValueKind != JsonValueKind.False))
                result[name] = Create(property, name, depth + 1);
        }

        foreach (var name in required.Where(name => !result.ContainsKey(name)))
            result[name] = schema.Find("additionalProperties") is { ValueKind: JsonValueKind.Object } other
                ? Create(other, name, depth + 1)
                : prose.Sentence();
        return result;
    }

    private JsonArray CreateArray(SchemaNode schema, string name, int depth)
    {
        var prefix = schema.Find("prefixItems") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().ToArray() : [];
        var item = schema.Find("items");
        var least = schema.Count("minItems") ?? 0;
        var usual = Math.Max(prefix.Length, depth < OptionalDepth && item is not { ValueKind: JsonValueKind.False } ? UsualItems : 0);
        var count = Math.Max(least, Math.Min(usual, schema.Count("maxItems") ?? usual));
        if (count > MostItems)
            throw Unusable($"asks for {count} items at '{name}', more than the {MostItems} that the built-in model makes");

        var unique = schema.Find("uniqueItems") is { ValueKind: JsonValueKind.True };
        var result = new JsonArray();
        for (var index = 0; index < count; index++)
        {
            var one = index < prefix.Length ? prefix[index] : item;
            var value = one is { } given ? Create(given, name, depth + 1) : JsonValue.Create(prose.Sentence());
            for (var attempt = 0; unique && Has(result, value) && attempt < 100; attempt++)
                value = Another(one, value, name, depth, attempt);
            if (unique && Has(result, value))
            {
                if (index < least)
                    throw Unusable($"has too few different values for {least} items at '{name}'");
                break;
            }

            result.Add(value);
        }

        return result;
    }

    private JsonNode? Another(JsonElement? item, JsonNode? value, string name, int depth, int attempt)
    {
        var next = item is { } given ? Create(given, name, depth + 1) : JsonValue.Create(prose.Sentence());
        var free = item is not { ValueKind: JsonValueKind.Object } written || new SchemaNode(root, written) is { IsPlainText: true };
        return free && value?.GetValueKind() == JsonValueKind.String ? JsonValue.Create($"{value.GetValue<string>()} {attempt + 2}") : next;
    }

    private static bool Has(JsonArray items, JsonNode? value) => items.Any(item => JsonNode.DeepEquals(item, value));

    private static ModelException Unusable(string problem) =>
        new($"The JSON Schema {problem}, so the built-in model cannot follow it; change the schema.") { Model = ModelCatalog.Offline };
}

/// <summary>Makes a number within a schema's bounds.</summary>
internal static class SchemaNumber
{
    private const int UsualRange = 100;

    public static JsonNode Create(SchemaNode schema, Dice dice, bool whole)
    {
        var step = schema.Number("multipleOf") is { } multiple && multiple > 0 ? multiple : whole ? 1m : 0.01m;
        var above = schema.Number("exclusiveMinimum");
        var below = schema.Number("exclusiveMaximum");
        var high = Least(schema.Number("maximum"), below);
        var low = Most(schema.Number("minimum"), above) ?? Math.Min(1, (high ?? UsualRange) - (UsualRange * step));
        high ??= low + (UsualRange * step);

        var first = decimal.Ceiling(low / step);
        if (first * step == above)
            first++;
        var last = decimal.Floor(high.Value / step);
        if (last * step == below)
            last--;
        if (first > last)
        {
            // Bounds closer together than the usual step: any point between them will do.
            if (!whole && schema.Number("multipleOf") is null && low <= high)
                return JsonValue.Create((low + high.Value) / 2);
            throw new ModelException($"The JSON Schema allows no number from {low} to {high}; change its bounds.")
            {
                Model = ModelCatalog.Offline,
            };
        }

        var steps = (int)Math.Min(last - first, UsualRange);
        var number = (first + dice.Next(steps + 1)) * step;
        return whole && number is >= long.MinValue and <= long.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number);
    }

    private static decimal? Least(decimal? one, decimal? other) => one is null || other < one ? other : one;

    private static decimal? Most(decimal? one, decimal? other) => one is null || other > one ? other : one;
}

/// <summary>Makes text for a schema's string: of its format, of a kind that suits the property's name, and of its length.</summary>
internal sealed class SchemaText(OfflineProse prose, Dice dice)
{
    private static readonly string[] s_titleNames = ["title", "headline", "subject", "name", "heading"];
    private static readonly string[] s_keywordNames = ["keyword", "tag", "topic", "category"];
    private static readonly DateOnly s_firstDay = new(2025, 1, 1);

    public string Create(SchemaNode schema, string name)
    {
        if (schema.Find("format") is { ValueKind: JsonValueKind.String } format && OfFormat(format.GetString()!) is { } formatted)
            return formatted;
        return Sized(OfName(name), schema.Count("minLength") ?? 0, schema.Count("maxLength") ?? int.MaxValue);
    }

    private string? OfFormat(string format) => format switch
    {
        "date" => Day().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "date-time" => Day().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T09:00:00Z",
        "time" => "09:00:00Z",
        "duration" => "PT1H",
        "email" => "hello@example.com",
        "uri" or "url" or "iri" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uuid" => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{dice.Next(int.MaxValue):x12}"),
        _ => null,
    };

    private string OfName(string name) =>
        IsAmong(s_titleNames, name) ? prose.Title() : IsAmong(s_keywordNames, name) ? prose.Keyword() : prose.Sentence();

    private DateOnly Day() => s_firstDay.AddDays(dice.Next(365));

    private static bool IsAmong(string[] names, string name) => names.Any(one => name.Contains(one, StringComparison.OrdinalIgnoreCase));

    private static string Sized(string text, int least, int most)
    {
        while (text.Length < least)
            text += " " + text;
        return text.Length <= most ? text : TextCut.To(text, Math.Max(least, most)).TrimEnd().PadRight(Math.Min(least, most), '.');
    }
}
