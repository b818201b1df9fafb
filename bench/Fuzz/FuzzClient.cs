using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Sends cases, and says what is wrong with the answers.</summary>
/// <param name="address">The server.</param>
/// <param name="limit">How long an answer may take.</param>
/// <param name="key">What reads with <see cref="GetAsync"/>; null on a server that is open.</param>
public sealed class FuzzClient(Uri address, TimeSpan limit, string? key) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends a case.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public async Task<FuzzAnswer> SendAsync(FuzzCase request, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            return request.IsRaw ? await SendBytesAsync(request.Bytes!, time.Token) : await SendHttpAsync(request, time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FuzzAnswer(0, $"no answer in {limit.TotalSeconds:0} s", default);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // The server may hang up on what is hardly HTTP, and in the middle of a body that is too large.
            return request.IsRaw || exception.InnerException is SocketException or IOException
                ? new FuzzAnswer(0, null, default)
                : new FuzzAnswer(0, $"{exception.GetType().Name}: {exception.Message}", default);
        }
    }

    /// <summary>Reads JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        if (key is not null)
            request.Headers.Authorization = new("Bearer", key);
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<FuzzAnswer> SendHttpAsync(FuzzCase request, CancellationToken cancellationToken)
    {
        var target = new Uri(
            address.GetLeftPart(UriPartial.Authority) + request.Target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            if (request.ContentType is not null)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (type == "text/event-stream")
            return new FuzzAnswer((int)response.StatusCode, null, default);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        // The web server itself hangs up, with a status and no more, on a request that it does not read to its end.
        var hangsUp = response.Headers.ConnectionClose is true && bytes.Length == 0 && (int)response.StatusCode is 400 or 414 or 431;
        // The server follows the dots of a path before it looks for an endpoint.
        var path = Uri.TryCreate(address, request.Target, out var resolved) ? resolved.AbsolutePath : request.Target;
        var isOfApi = path.StartsWith("/api/", StringComparison.Ordinal) && request.Method != "HEAD" && !hangsUp;
        return Judge((int)response.StatusCode, type, bytes, isOfApi);
    }

    private async Task<FuzzAnswer> SendBytesAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(bytes, cancellationToken);
        socket.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(cancellationToken);
        var code = status?.Split(' ') is [_, var word, ..] && int.TryParse(word, out var number) ? number : 0;
        return new FuzzAnswer(code, code >= 500 && code != 505 ? $"answered {code}" : null, default);
    }

    private static FuzzAnswer Judge(int status, string? type, byte[] bytes, bool isOfApi)
    {
        if (status >= 500)
            return new FuzzAnswer(status, $"answered {status}", default);
        JsonElement json = default;
        if (type is not null && type.EndsWith("json", StringComparison.Ordinal) && type != "application/x-ndjson" && bytes.Length > 0)
        {
            try
            {
                using var parsed = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 1_000 });
                json = parsed.RootElement.Clone();
            }
            catch (JsonException exception)
            {
                return new FuzzAnswer(status, $"answered {status} with JSON that is none: {exception.Message}", default);
            }
        }

        var isProblem = type == "application/problem+json" && json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("status", out _);
        return status >= 400 && isOfApi && !isProblem
            ? new FuzzAnswer(status, $"answered {status} without a problem, but with '{type}'", json)
            : new FuzzAnswer(status, null, json);
    }
}

/// <summary>What came of a case.</summary>
/// <param name="Status">The status; 0 if the connection ended without one.</param>
/// <param name="Wrong">What is wrong with it; null if nothing is.</param>
/// <param name="Json">The body, where it is JSON.</param>
public sealed record FuzzAnswer(int Status, string? Wrong, JsonElement Json);
