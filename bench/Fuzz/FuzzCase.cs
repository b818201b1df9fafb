using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>A request as it is sent, and may be sent again.</summary>
public sealed record FuzzCase
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query as they go over the wire.</summary>
    public required string Target { get; init; }

    /// <summary>Headers besides the ones that the connection needs.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The media type of the body; null for none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body where it is text in UTF-8; lone surrogates cannot be in it.</summary>
    public string? Text { get; init; }

    /// <summary>The body where it is not text.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Whether nothing else goes over the wire than <see cref="Bytes"/>: not even HTTP.</summary>
    public bool IsRaw { get; init; }

    /// <summary>What the operation is called in the OpenAPI document, for counting.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The body; null for none.</summary>
    [JsonIgnore]
    public byte[]? Body => Bytes ?? (Text is null ? null : Encoding.UTF8.GetBytes(Text));

    /// <summary>How long the server may take by this request's own wish.</summary>
    [JsonIgnore]
    public bool IsStream => Target.Contains("/stream", StringComparison.Ordinal);

    /// <summary>Reads a case that was written.</summary>
    public static FuzzCase Parse(string json) => JsonSerializer.Deserialize<FuzzCase>(json, s_json)!;

    /// <summary>The case with a body: as text where it is that, for those who read it.</summary>
    public FuzzCase With(byte[] body, string? contentType)
    {
        var text = Encoding.UTF8.GetString(body);
        return Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(body)
            ? this with { Text = text, ContentType = contentType }
            : this with { Bytes = body, ContentType = contentType };
    }

    /// <summary>The case as a file has it.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, s_json);
}
