using System.Text;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>Reads the body of an HTTP response into the JSON of a node's output.</summary>
internal static class HttpResponseBody
{
    /// <summary>The largest body that is taken, in bytes (10 MB): it becomes a row of <c>agent_jobs</c>.</summary>
    public const int MaxBytes = 10_000_000;

    private static readonly JsonElement s_null = JsonElement.Parse("null");

    /// <summary>JSON as it is, text as a string, anything else as <c>{ "base64": … }</c>, nothing as null.</summary>
    /// <exception cref="NodeFailedException">The body is too large.</exception>
    public static async Task<JsonElement> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(content, cancellationToken);
        if (bytes.Length == 0)
            return s_null;
        var mediaType = content.Headers.ContentType?.MediaType ?? "";
        if (mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase) && TryParse(bytes, out var json))
            return json;
        if (mediaType.Length == 0 || IsText(mediaType))
        {
            using var text = new ByteArrayContent(bytes);
            text.Headers.ContentType = content.Headers.ContentType;
            return JsonSerializer.SerializeToElement(await text.ReadAsStringAsync(cancellationToken));
        }

        return JsonSerializer.SerializeToElement(new { base64 = Convert.ToBase64String(bytes) });
    }

    private static async Task<byte[]> ReadBytesAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBytes)
            throw TooLarge();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > MaxBytes)
                throw TooLarge();
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
        || mediaType is "application/x-www-form-urlencoded" or "application/javascript" or "application/yaml";

    private static bool TryParse(byte[] bytes, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(StorableJson.Of(Encoding.UTF8.GetString(bytes)));
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }

    private static NodeFailedException TooLarge() =>
        new($"The answer is larger than {MaxBytes / 1_000_000} MB. Ask for less, or for a link to the content.", isTransient: false);
}
