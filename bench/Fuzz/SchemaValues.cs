using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Makes values that a JSON Schema of the OpenAPI document allows, and now and then ones that it does not.</summary>
internal sealed class SchemaValues(JsonElement document, KnownIds ids)
{
    private const int MaxDepth = 8;

    /// <summary>A value for a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">What the value is called: ids are recognised by it.</param>
    /// <param name="random">What decides.</param>
    /// <param name="depth">How deep the value lies.</param>
    public JsonNode? Make(JsonElement schema, string name, Random random, int depth = 0)
    {
        if (depth > MaxDepth || random.Next(12) == 0)
            return HostileValues.Json(random);
        if (random.Next(4) != 0 && ids.Find(name, random) is { } id)
            return JsonValue.Create(id);
        if (schema.ValueKind != JsonValueKind.Object)
            return HostileValues.Json(random);
        if (schema.TryGetProperty("$ref", out var reference))
            return Make(Resolve(reference.GetString()!), name, random, depth + 1);
        foreach (var choice in (string[])["oneOf", "anyOf", "allOf"])
        {
            if (schema.TryGetProperty(choice, out var choices) && choices.GetArrayLength() > 0)
                return Make(choices[random.Next(choices.GetArrayLength())], name, random, depth + 1);
        }

        if (schema.TryGetProperty("enum", out var values) && values.GetArrayLength() > 0)
            return JsonNode.Parse(values[random.Next(values.GetArrayLength())].GetRawText());
        return TypeOf(schema, random) switch
        {
            "object" => MakeObject(schema, random, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Make(Items(schema), name, random, depth + 1))]),
            "integer" or "number" => random.Next(2) == 0 ? JsonValue.Create(random.Next(-1, 200)) : HostileValues.NumberNode(random),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            "string" => JsonValue.Create(HostileValues.Text(random)),
            "null" => null,
            _ => HostileValues.Json(random),
        };
    }

    private JsonObject MakeObject(JsonElement schema, Random random, int depth)
    {
        var made = new JsonObject();
        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet()
            : [];
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                if (random.Next(10) < (required.Contains(property.Name) ? 9 : 4))
                    made[property.Name] = Make(property.Value, property.Name, random, depth + 1);
            }
        }

        if (random.Next(6) == 0)
            made[HostileValues.Text(random)] = HostileValues.Json(random);
        return made;
    }

    private JsonElement Resolve(string reference)
    {
        var found = document;
        foreach (var part in reference.Split('/').Skip(1))
        {
            if (!found.TryGetProperty(part, out found))
                return default;
        }

        return found;
    }

    private static JsonElement Items(JsonElement schema) => schema.TryGetProperty("items", out var items) ? items : default;

    private static string? TypeOf(JsonElement schema, Random random) => !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.Array ? type[random.Next(type.GetArrayLength())].GetString()
        : type.GetString();
}
