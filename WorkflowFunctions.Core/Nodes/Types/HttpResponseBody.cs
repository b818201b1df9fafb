using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using WorkflowFunctions.Nodes.Network;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>Reads the body of an HTTP response into the JSON of a node's output.</summary>
internal static class HttpResponseBody
{
    /// <summary>The largest body that is taken, in bytes (10 MB): it becomes a row of <c>agent_jobs</c>.</summary>
    public const int MaxBytes = 10_000_000;

    private static readonly JsonElement s_null = JsonElement.Parse("null");

    /// <summary>What no text has (MIME Sniffing Standard, "binary data byte").</summary>
    private static readonly SearchValues<byte> s_binary = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (byte)code).Where(code => code is not (0x09 or 0x0A or 0x0C or 0x0D or 0x1B))]);

    /// <summary>JSON as it is, text as a string, anything else as <c>{ "base64": … }</c>, nothing as null.</summary>
    /// <exception cref="NodeFailedException">The body is too large.</exception>
    public static async Task<JsonElement> ReadAsync(HttpContent content, NodeContext context, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(content, context, cancellationToken);
        var (mediaType, charset) = WireText.TypeOf(content);
        if (bytes.Length == 0)
            return s_null;
        if (mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase) && WireText.TryParseJson(bytes, charset, out var json))
            return json;
        if (charset is null && IsDocument(mediaType))
            return JsonSerializer.SerializeToElement(WireText.DecodeDocument(bytes));
        return charset is not null || IsText(mediaType) || (mediaType.Length == 0 && IsText(bytes))
            ? JsonSerializer.SerializeToElement(WireText.Decode(bytes, charset))
            : JsonSerializer.SerializeToElement(new { base64 = Convert.ToBase64String(bytes) });
    }

    private static async Task<byte[]> ReadBytesAsync(HttpContent content, NodeContext context, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        while (await stream.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > MaxBytes)
                throw TooLarge();
            await context.MakeRoom(buffer.Length + read, cancellationToken);
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static bool IsDocument(string mediaType) =>
        mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("html", StringComparison.OrdinalIgnoreCase);

    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
        || mediaType is "application/x-www-form-urlencoded" or "application/javascript" or "application/yaml";

    private static bool IsText(byte[] bytes) => Utf8.IsValid(bytes) && !bytes.AsSpan().ContainsAny(s_binary);

    private static NodeFailedException TooLarge() =>
        new($"The answer is larger than {MaxBytes / 1_000_000} MB. Ask for less, or for a link to the content.", isTransient: false);
}
