using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>One schema with what it refers to, combines and chooses taken together; the first mention of a keyword wins.</summary>
internal sealed class SchemaNode
{
    private const int MaxParts = 64;

    private static readonly string[] s_limitsOfText = ["enum", "const", "format", "pattern", "maxLength"];

    private readonly List<JsonElement> _parts = [];

    public SchemaNode(JsonElement root, JsonElement written) => Collect(root, written);

    /// <summary>The type, the first that is not null where several are allowed, or what the other keywords suggest.</summary>
    public string Type => Find("type") switch
    {
        { ValueKind: JsonValueKind.String } type => type.GetString()!,
        { ValueKind: JsonValueKind.Array } types => FirstType(types),
        _ when Has("properties") || Has("required") => "object",
        _ when Has("items") || Has("prefixItems") || Has("minItems") => "array",
        _ when Has("minimum") || Has("maximum") || Has("multipleOf") => "number",
        _ => "string",
    };

    /// <summary>Whether any text will do.</summary>
    public bool IsPlainText => Type == "string" && !s_limitsOfText.Any(Has);

    public IEnumerable<(string Name, JsonElement Schema)> Properties =>
        All("properties", JsonValueKind.Object).SelectMany(properties => properties.EnumerateObject())
            .DistinctBy(property => property.Name).Select(property => (property.Name, property.Value));

    public HashSet<string> Required =>
        [.. All("required", JsonValueKind.Array).SelectMany(names => names.EnumerateArray())
            .Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)];

    /// <summary>A value that the schema itself gives: const, one of enum, an example for a pattern.</summary>
    public JsonElement? Fixed(Dice dice)
    {
        if (Find("const") is { } constant)
            return constant;
        if (Find("enum") is { } choices && IsFilledArray(choices))
            return choices[dice.Next(choices.GetArrayLength())];
        if (!Has("pattern"))
            return null;
        return Find("examples") is { } examples && IsFilledArray(examples) ? examples[0] : Find("default");
    }

    public JsonElement? Find(string keyword)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty(keyword, out var value))
                return value;
        }

        return null;
    }

    public int? Count(string keyword) =>
        Find(keyword) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) && count >= 0 ? count : null;

    public decimal? Number(string keyword) =>
        Find(keyword) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) ? number : null;

    private bool Has(string keyword) => Find(keyword) is not null;

    private IEnumerable<JsonElement> All(string keyword, JsonValueKind kind)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty(keyword, out var value) && value.ValueKind == kind)
                yield return value;
        }
    }

    private void Collect(JsonElement root, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        if (_parts.Count == MaxParts)
            throw Unusable("refers to itself in a circle");
        _parts.Add(schema);

        if (schema.TryGetProperty("$ref", out var reference))
            Collect(root, Resolve(root, reference));
        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in all.EnumerateArray())
                Collect(root, part);
        }

        foreach (var choice in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(choice, out var branches) && IsFilledArray(branches))
                Collect(root, branches[0]);
        }
    }

    private static JsonElement Resolve(JsonElement root, JsonElement reference)
    {
        var pointer = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";
        if (pointer.StartsWith('#'))
        {
            var target = root;
            var steps = Uri.UnescapeDataString(pointer[1..]).Split('/', StringSplitOptions.RemoveEmptyEntries)
                .Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
            if (steps.All(step => target.ValueKind == JsonValueKind.Object && target.TryGetProperty(step, out target)))
                return target;
        }

        throw Unusable($"refers to '{pointer}', which is not in it");
    }

    private static bool IsFilledArray(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;

    private static string FirstType(JsonElement types) =>
        types.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!)
            .OrderBy(type => type == "null").FirstOrDefault("string");

    private static ModelException Unusable(string problem) =>
        new($"The JSON Schema {problem}; change the schema.") { Model = ModelCatalog.Offline };
}
