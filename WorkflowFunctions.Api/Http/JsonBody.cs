using System.Buffers;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Http;

/// <summary>The JSON body of a request, whatever its shape. A request without a body counts as one with an empty object.</summary>
internal sealed record JsonBody(JsonElement Json) : IJsonBody
{
    private static readonly JsonBody s_empty = new(JsonElement.Parse("{}"));

    /// <summary>Reads the body before the endpoint is called.</summary>
    /// <exception cref="ApiException">It is not JSON, or too large.</exception>
    public static ValueTask<JsonBody> BindAsync(HttpContext context, ParameterInfo parameter) => ReadAsync(context);

    /// <summary>Reads the body.</summary>
    /// <exception cref="ApiException">It is not JSON, or too large.</exception>
    public static async ValueTask<JsonBody> ReadAsync(HttpContext context)
    {
        var bytes = await ReadBytesAsync(context.Request, context.RequestAborted);
        if (bytes.IsEmpty)
            return s_empty;
        if (!IsJson(context.Request))
            throw new ApiException(ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType));
        return new JsonBody(StrictJson.Parse(bytes));
    }

    /// <summary>Reads the bytes of a body, decompressed.</summary>
    /// <exception cref="ApiException">They are too large, or cannot be decompressed.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // The server reads on for a while, so that the client hears why rather than that the connection broke.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (request.ContentLength > WorkflowFile.MaxBytes)
            throw TooLarge();
        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 0) + 1);
        await using var plain = Decompress(request);
        try
        {
            while (await plain.ReadAsync(body.GetMemory(4096), cancellationToken) is > 0 and var read)
            {
                body.Advance(read);
                if (body.WrittenCount > WorkflowFile.MaxBytes)
                    throw TooLarge();
            }
        }
        catch (Exception exception) when (WireText.IsMisencoded(exception) && plain != request.Body)
        {
            throw NotCompressed(request);
        }

        // A stream that breaks off counts as one that has ended.
        return body.WrittenCount == 0 && plain != request.Body && request.ContentLength > 0
            ? throw NotCompressed(request)
            : body.WrittenMemory;
    }

    /// <summary>The body as it was before it was compressed.</summary>
    /// <exception cref="ApiException">It is compressed in a way that is not known here.</exception>
    internal static Stream Decompress(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => request.Body,
        "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
        "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
        var other => throw new ApiException(ApiProblem.Of(
            StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding is '{other}'; expected gzip, br or deflate.")),
    };

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (
            type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').ToUpperInvariant() is "UTF-8" or "UTF8");

    private static ApiException NotCompressed(HttpRequest request) => new(ApiProblem.Of(
        StatusCodes.Status400BadRequest, $"The body is not what Content-Encoding says: {request.Headers.ContentEncoding}."));

    private static ApiException TooLarge() => new(ApiProblem.Of(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {WorkflowFile.MaxBytes:N0} bytes."));
}

/// <summary>A parameter that is the body of a request.</summary>
internal interface IJsonBody
{
    /// <summary>The body as it was sent.</summary>
    JsonElement Json { get; }
}
