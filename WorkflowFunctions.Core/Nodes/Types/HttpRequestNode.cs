using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
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
    protected override async Task<NodeResult> RunAsync(HttpRequestSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var expected = ExpectedStatuses(settings);
        using var request = BuildRequest(settings, context);
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await HttpResponseBody.ReadAsync(response.Content, cancellationToken);
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
        catch (HttpRequestException exception) when (exception.InnerException is AddressRefusedException refused)
        {
            throw new NodeFailedException($"{request.Method} {Origin(request)} was not sent: {refused.Message}", isTransient: false, inner: exception);
        }
        catch (HttpRequestException exception)
        {
            throw new NodeFailedException($"{request.Method} {Origin(request)} failed: {exception.Message}", inner: exception);
        }
        catch (IOException exception)
        {
            throw new NodeFailedException($"The answer of {Origin(request)} broke off: {exception.Message}", inner: exception);
        }
    }

    private static HttpRequestMessage BuildRequest(HttpRequestSettings settings, NodeContext context)
    {
        var url = ParseUrl(settings.Url)
            ?? throw new NodeFailedException($"'{settings.Url}' is not an absolute http or https URL.", isTransient: false);
        var request = new HttpRequestMessage(new HttpMethod(settings.Method), WithQuery(url, settings.Query));
        if (settings.Body is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } body)
        {
            request.Content = body.ValueKind == JsonValueKind.String
                ? new StringContent(body.GetString()!, Encoding.UTF8, "text/plain")
                : new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
        }

        request.Headers.TryAddWithoutValidation(IdempotencyHeader, context.JobId);
        foreach (var (name, value) in settings.Headers ?? new Dictionary<string, string>())
            SetHeader(request, name, value);
        return request;
    }

    private static void SetHeader(HttpRequestMessage request, string name, string value)
    {
        try
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.Remove(name);
                request.Content.Headers.Add(name, value);
            }
            else
            {
                request.Headers.Remove(name);
                request.Headers.Add(name, value);
            }
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            throw new NodeFailedException($"The header '{name}' cannot be sent: {exception.Message}", isTransient: false, inner: exception);
        }
    }

    private static void RequireExpectedStatus(IReadOnlyList<int>? expected, HttpResponseMessage response, JsonElement body, NodeContext context)
    {
        var status = (int)response.StatusCode;
        var isExpected = expected?.Contains(status) ?? response.IsSuccessStatusCode;
        if (isExpected)
            return;
        var isTransient = status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        var retryAfter = response.Headers.RetryAfter;
        throw new NodeFailedException(
            $"{response.RequestMessage!.Method} {Origin(response.RequestMessage)} answered {status}: {context.Quote(body.GetRawText(), QuotedCharacters)}",
            isTransient,
            retryAfter?.Delta ?? retryAfter?.Date - DateTimeOffset.UtcNow);
    }

    private static Uri WithQuery(Uri url, IReadOnlyDictionary<string, JsonElement>? query)
    {
        if (query is null or { Count: 0 })
            return url;
        var pairs = query
            .Where(pair => pair.Value.ValueKind != JsonValueKind.Null)
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : pair.Value.GetRawText())}");
        return new UriBuilder(url) { Query = string.Join('&', new[] { url.Query.TrimStart('?') }.Where(part => part.Length > 0).Concat(pairs)) }.Uri;
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
            ?? throw new NodeFailedException($"The expected status {given.GetRawText()} is neither a status code nor a list of them.", isTransient: false);
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
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599 ? status : null;
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
