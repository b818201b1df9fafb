using System.Buffers;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>http_request</c>: calls an API.</summary>
internal sealed class HttpRequestNode(IHttpClientFactory clients) : NodeType<HttpRequestNode.HttpRequestSettings>
{
    /// <summary>The name of the client that requests go through.</summary>
    public const string ClientName = "http_request";

    /// <summary>Given with each request that has no such header: the job's id, so that the other side can tell a repeated call.</summary>
    public const string IdempotencyHeader = "Idempotency-Key";

    private const int QuotedCharacters = 500;

    private static readonly SearchValues<char> s_headerCharacters =
        SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>Headers that .NET keeps with the body, besides those that are called <c>Content-…</c>.</summary>
    private static readonly HashSet<string> s_bodyHeaders = new(["Allow", "Expires", "Last-Modified"], StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string Name => "http_request";

    /// <inheritdoc/>
    public override string Description => "Calls an API over HTTP.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["status", "headers", "body"];

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        if (TryGetKnown(data, "url", out var url) && url.ValueKind == JsonValueKind.String && ParseUrl(url.GetString()!) is null)
            yield return new Problem("/url", "The URL cannot be used.", "an absolute http or https URL");
        if (TryGetKnown(data, "expect_status", out var status) && ReadStatuses(status) is null)
            yield return new Problem("/expect_status", "The expected status cannot be read.", "a status code or a list of them");
    }

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(
        HttpRequestSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var expected = ExpectedStatuses(settings);
        using var request = BuildRequest(settings, context);
        using var client = clients.CreateClient(ClientName);
        using var response = await SendAsync(client, request, cancellationToken);
        context.Use(new Usage(0, 0, ApiCalls: 1));
        var isExpected = IsExpected(expected, response);
        if (isExpected && !IsRepeatable(request))
            context.DoNotRepeat();
        var body = await ReadAsync(response, isExpected, context, cancellationToken);
        RequireExpectedStatus(expected, response, body, context);
        return NodeResult.Completed(
            new
            {
                status = (int)response.StatusCode,
                headers = response.Headers.Concat(response.Content.Headers)
                    .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value)),
                body,
            },
            usage: new Usage(0, 0, ApiCalls: 1));
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            throw new NodeFailedException(
                $"{request.Method} {Origin(request)} was not sent: {refused.Message}", isTransient: false, inner: exception);
        }
        catch (HttpRequestException exception)
        {
            // An answer that cannot be read is one all the same: the call was made.
            var isAnswered = exception.StatusCode is not null
                || exception.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded;
            throw new NodeFailedException(
                $"{request.Method} {Origin(request)} failed: {exception.Message}", isTransient: !isAnswered, inner: exception);
        }
    }

    /// <summary>Reads the body. Where it cannot be read, only a call that asks without changing anything is worth making again.</summary>
    private static async Task<JsonElement> ReadAsync(
        HttpResponseMessage response, bool isExpected, NodeContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await HttpResponseBody.ReadAsync(response.Content, context, cancellationToken);
        }
        catch (Exception exception)
            when (exception is NodeFailedException or HttpRequestException or IOException || WireText.IsMisencoded(exception))
        {
            // A status that is not expected says enough.
            if (!isExpected)
                return default;
            if (exception is NodeFailedException)
                throw;
            var request = response.RequestMessage!;
            throw new NodeFailedException(
                $"{request.Method} {Origin(request)} answered {(int)response.StatusCode}, and the answer cannot be read: "
                    + $"{exception.Message}",
                isTransient: !WireText.IsMisencoded(exception) && IsRepeatable(request),
                inner: exception);
        }
    }

    /// <summary>Whether a call that has been answered can be made once more: it asks without changing anything.</summary>
    private static bool IsRepeatable(HttpRequestMessage request) => request.Method.Method is "GET" or "HEAD" or "OPTIONS";

    private static HttpRequestMessage BuildRequest(HttpRequestSettings settings, NodeContext context)
    {
        var url = ParseUrl(settings.Url)
            ?? throw new NodeFailedException($"'{settings.Url}' is not an absolute http or https URL.", isTransient: false);
        var request = new HttpRequestMessage(new HttpMethod(settings.Method), WithQuery(WithoutUser(url), settings.Query));
        if (settings.Body is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } body)
        {
            request.Content = body.ValueKind == JsonValueKind.String
                ? new StringContent(body.GetString()!, Encoding.UTF8, "text/plain")
                : new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
        }

        request.Headers.TryAddWithoutValidation(IdempotencyHeader, context.JobId);
        if (url.UserInfo.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", UserOf(url));
        foreach (var (name, value) in settings.Headers ?? new Dictionary<string, string>())
            SetHeader(request, name, value.Trim());
        return request;
    }

    private static void SetHeader(HttpRequestMessage request, string name, string value)
    {
        // The connection would refuse these only once the call is under way, which would look like a failure that passes.
        if (value.AsSpan().ContainsAnyExcept(s_headerCharacters))
            throw Unsendable("Its value has a line break, or a character that is not of ASCII. Encode it as the other side expects it.");
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            return;
        try
        {
            HttpHeaders headers = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || s_bodyHeaders.Contains(name)
                ? (request.Content ??= new ByteArrayContent([])).Headers
                : request.Headers;
            headers.Remove(name);
            if (!headers.TryAddWithoutValidation(name, value))
                throw Unsendable("It is not the name of a header.");
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException)
        {
            throw Unsendable(exception.Message, exception);
        }

        NodeFailedException Unsendable(string why, Exception? inner = null) =>
            new($"The header '{name}' cannot be sent: {why}", isTransient: false, inner: inner);
    }

    private static string UserOf(Uri url)
    {
        var user = Uri.UnescapeDataString(url.UserInfo);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(user.Contains(':', StringComparison.Ordinal) ? user : user + ":"));
    }

    /// <summary>The user and the password are sent in a header; nobody reads them in an address.</summary>
    private static Uri WithoutUser(Uri url) => url.UserInfo.Length == 0 ? url : new UriBuilder(url) { UserName = "", Password = "" }.Uri;

    private static void RequireExpectedStatus(
        IReadOnlyList<int>? expected, HttpResponseMessage response, JsonElement body, NodeContext context)
    {
        if (IsExpected(expected, response))
            return;
        var status = (int)response.StatusCode;
        var isTransient = status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        var said = body.ValueKind == JsonValueKind.Undefined
            ? "the answer cannot be read"
            : context.Quote(body.GetRawText(), QuotedCharacters);
        throw new NodeFailedException(
            $"{response.RequestMessage!.Method} {Origin(response.RequestMessage)} answered {status}: {said}",
            isTransient,
            RetryAfter.Read(response.Headers, context.Now));
    }

    private static bool IsExpected(IReadOnlyList<int>? expected, HttpResponseMessage response) =>
        expected?.Contains((int)response.StatusCode) ?? response.IsSuccessStatusCode;

    private static Uri WithQuery(Uri url, IReadOnlyDictionary<string, JsonElement>? query)
    {
        if (query is null or { Count: 0 })
            return url;
        var pairs =
            from pair in query
            where pair.Value.ValueKind != JsonValueKind.Null
            let text = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : pair.Value.GetRawText()
            select $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(text)}";
        return new UriBuilder(url)
        {
            Query = string.Join('&', new[] { url.Query.TrimStart('?') }.Where(part => part.Length > 0).Concat(pairs)),
        }.Uri;
    }

    /// <summary>Without path and query, which may hold what is not for an error message.</summary>
    private static string Origin(HttpRequestMessage request) => request.RequestUri!.GetLeftPart(UriPartial.Authority);

    private static Uri? ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static IReadOnlyList<int>? ExpectedStatuses(HttpRequestSettings settings)
    {
        if (settings.ExpectStatus is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given)
            return null;
        return ReadStatuses(given)
            ?? throw new NodeFailedException(
                $"The expected status {given.GetRawText()} is neither a status code nor a list of them.", isTransient: false);
    }

    /// <summary>The status codes of one or a list; those that are templates are left out, null where one cannot be read.</summary>
    private static IReadOnlyList<int>? ReadStatuses(JsonElement given)
    {
        IEnumerable<JsonElement> items = given.ValueKind == JsonValueKind.Array ? given.EnumerateArray() : [given];
        var statuses = items.Where(item => !IsTemplate(item)).Select(ReadStatus).ToList();
        return statuses.Contains(null) || !items.Any() ? null : [.. statuses.OfType<int>()];
    }

    private static int? ReadStatus(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599
            ? status
            : null;
    }

    /// <summary>The settings of <c>http_request</c>.</summary>
    public sealed record HttpRequestSettings
    {
        [Description("The method"), AllowedValues("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")]
        public string Method { get; init; } = "GET";

        [Description("The URL: absolute, http or https"), MinLength(1)]
        public required string Url { get; init; }

        [Description("Headers by name")]
        public IReadOnlyDictionary<string, string>? Headers { get; init; }

        [Description("Query parameters by name, added to those in the URL")]
        public IReadOnlyDictionary<string, JsonElement>? Query { get; init; }

        [Description("The body: sent as JSON, or as text if it is a string")]
        public JsonElement? Body { get; init; }

        [Description("The status codes that count as success: one, or a list; 200 to 299 by default")]
        public JsonElement? ExpectStatus { get; init; }
    }
}
