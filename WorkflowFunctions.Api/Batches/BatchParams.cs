using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Batches;

/// <summary>
/// Which columns of an upload are which params, and what their values are. A param is of the type of its default; one that has none takes
/// anything, and text from a table.
/// </summary>
/// <param name="defaults">The params that rows have which give no others.</param>
/// <param name="map">The params by column; empty where each column is the param of its name.</param>
internal sealed class BatchParams(JsonElement? defaults, IReadOnlyDictionary<string, string> map)
{
    private readonly Dictionary<string, JsonElement> _defaults =
        ExecutionConfig.MergeParams(defaults)
            .ToDictionary(param => param.Key, param => JsonSerializer.SerializeToElement(param.Value), StringComparer.Ordinal);

    /// <summary>The columns that have to be there.</summary>
    public IEnumerable<string> Wanted => map.Keys;

    /// <summary>Reads a mapping: <c>column:param</c>, each.</summary>
    /// <exception cref="ApiException">One is none, or two give the same param.</exception>
    public static IReadOnlyDictionary<string, string> ReadMap(IReadOnlyList<string>? map)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map ?? [])
        {
            var colon = entry.LastIndexOf(':');
            if (colon < 1
                || colon == entry.Length - 1
                || read.ContainsValue(entry[(colon + 1)..])
                || !read.TryAdd(entry[..colon], entry[(colon + 1)..]))
                throw ApiException.BadParameter("map", entry, "column:param, each column and each param once");
        }

        return read;
    }

    /// <summary>The param of a column; null for a column that is left out.</summary>
    public string? ParamOf(string column) => map.Count == 0 ? column : map.GetValueOrDefault(column);

    /// <summary>The type of a param, for people.</summary>
    public string TypeOf(string param) => _defaults.TryGetValue(param, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            JsonValueKind.String => "text",
            _ => "any",
        }
        : "any";

    /// <summary>
    /// Reads a field of a table. An empty one leaves the default as it is; where there is none, it is an empty text.
    /// </summary>
    /// <returns>The value, none if the default holds; or what is wrong with it.</returns>
    public (JsonNode? Value, string? Wrong) FromText(string param, string text) => TypeOf(param) switch
    {
        _ when text.Length == 0 => (_defaults.ContainsKey(param) ? null : JsonValue.Create(""), null),
        "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (JsonValue.Create(number), null)
            : (null, "a number: 12 or 3.5"),
        "boolean" => text.Trim().ToLowerInvariant() switch
        {
            "true" => (JsonValue.Create(true), null),
            "false" => (JsonValue.Create(false), null),
            _ => (null, "true or false"),
        },
        "array" or "object" => FromJsonText(param, text),
        _ => (JsonValue.Create(text), null),
    };

    /// <summary>Reads a member of a JSON object. Null leaves the default as it is.</summary>
    /// <returns>The value, none if the default holds; or what is wrong with it.</returns>
    public (JsonNode? Value, string? Wrong) FromJson(string param, JsonElement value) =>
        (TypeOf(param), value.ValueKind) switch
        {
            (_, JsonValueKind.Null) => (null, null),

            ("any", _)
            or
            ("text", JsonValueKind.String)
            or
            ("number", JsonValueKind.Number)
            or
            ("boolean", JsonValueKind.True or JsonValueKind.False)
            or
            ("array", JsonValueKind.Array)
            or ("object", JsonValueKind.Object) => (JsonSerializer.SerializeToNode(value), null),
            var (type, _) => (null, Expected(type)),
        };

    private (JsonNode? Value, string? Wrong) FromJsonText(string param, string text)
    {
        try
        {
            return FromJson(param, StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
        }
        catch (ApiException)
        {
            return (null, $"{Expected(TypeOf(param))} in JSON");
        }
    }

    private static string Expected(string type) => type switch
    {
        "array" or "object" => $"an {type}",
        "boolean" => "true or false",
        "text" => "text",
        _ => $"a {type}",
    };
}

/// <summary>A row as it was sent.</summary>
/// <param name="Number">From 1, without the line of names.</param>
/// <param name="Line">The line that it begins in; null where there are no lines.</param>
/// <param name="Params">Its params; those of a row that is wrong do not count.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record UploadedRow(int Number, int? Line, JsonObject Params, IReadOnlyList<Problem> Problems);

/// <summary>A column of an upload.</summary>
/// <param name="Name">What the upload calls it.</param>
/// <param name="Param">The param that it gives; null for none.</param>
/// <param name="Type">
/// The type of that param: <c>text</c>, <c>number</c>, <c>boolean</c>, <c>array</c>, <c>object</c> or <c>any</c>.
/// </param>
internal sealed record BatchColumn(string Name, string? Param, string? Type);
