using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Nodes.Secrets;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Calls the endpoint of a model, once, and reads what it answers as JSON.</summary>
internal sealed class ModelEndpoint(IHttpClientFactory http, ModelTelemetry telemetry, IModelLimits limits, TimeProvider time)
{
    /// <summary>As many images as may be asked for, as large as they may be, in Base64.</summary>
    private const int MaxBytes = ImageRequest.MaxCount * ImageFiles.MaxBytes / 3 * 4;

    /// <summary>Makes a call.</summary>
    /// <param name="model">The model.</param>
    /// <param name="operation">What it is called in traces.</param>
    /// <param name="path">Follows the address of the endpoint.</param>
    /// <param name="request">The request.</param>
    /// <param name="ifLost">What it is taken to have cost if its answer came, and was lost on the way; from what there is of it.</param>
    /// <param name="mostTokens">The most tokens that it may write, where that is known.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="ModelException">The call failed, or may not be made now.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<JsonElement> PostAsync(
        ConfiguredModel model,
        string operation,
        string path,
        JsonObject request,
        Func<string, ModelUsage> ifLost,
        long mostTokens,
        CancellationToken cancellationToken)
    {
        if (model.Settings is { RequestsPerMinute: null, TokensPerMinute: null })
            return await CallAsync().ConfigureAwait(false);
        var turn = await limits.TakeAsync(model, ifLost("").InputTokens + mostTokens, cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await CallAsync().ConfigureAwait(false);
            var (input, output) = TokenUsage.Read(answer).Completed(turn.Tokens, 0);
            await limits.SettleAsync(turn, input + output).ConfigureAwait(false);
            return answer;
        }
        catch (ModelException failure)
        {
            await limits.SettleAsync(turn, failure.Used.InputTokens + failure.Used.OutputTokens).ConfigureAwait(false);
            throw;
        }

        Task<JsonElement> CallAsync() =>
            telemetry.ObserveAsync(operation, model, () => PostAsync(model, path, request, ifLost, cancellationToken));
    }

    private async Task<JsonElement> PostAsync(
        ConfiguredModel model, string path, JsonObject request, Func<string, ModelUsage> ifLost, CancellationToken cancellationToken)
    {
        var used = model.UsageOf(0, 0);
        try
        {
            using var client = http.CreateClient(ModelServices.HttpClientName);
            using var message = new HttpRequestMessage(HttpMethod.Post, model.Endpoint.BaseUrl!.TrimEnd('/') + path);
            message.Content = new StringContent(request.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            if (model.Endpoint.ApiKey is { Length: > 0 } key)
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                used = ifLost("");
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return Answer(model, response, bytes, ifLost);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or IOException or OperationCanceledException || WireText.IsMisencoded(failure))
        {
            // Cancelling breaks the connection, and which of the two is reported first is a matter of luck.
            cancellationToken.ThrowIfCancellationRequested();
            var cause = Innermost(failure);
            throw model.Failure(
                $"The {model.Described} could not be reached at {AddressOf(model)}: {cause.Message}", used, isTransient: true,
                inner: cause);
        }
    }

    private JsonElement Answer(ConfiguredModel model, HttpResponseMessage response, byte[] bytes, Func<string, ModelUsage> ifLost)
    {
        var charset = WireText.TypeOf(response.Content).Charset;
        var isJson = WireText.TryParseJson(bytes, charset, out var json);
        var text = isJson ? "" : WireText.Decode(bytes, charset);
        if (!response.IsSuccessStatusCode)
            throw Refused(model, response, EndpointError.Read(json, text));
        if (isJson && EndpointError.Find(json) is { } error)
            throw Failed(model, error, json);
        if (json.ValueKind == JsonValueKind.Object)
            return json;
        // What begins as an answer was one before it was cut; a page of a proxy has cost nothing.
        var isCut = text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal);
        throw model.Failure(
            $"The {model.Described} answered something that is not of OpenAI's format; check its BaseUrl, {AddressOf(model)}.",
            isCut ? ifLost(text) : model.UsageOf(0, 0), isTransient: true, text);
    }

    private ModelException Refused(ConfiguredModel model, HttpResponseMessage response, EndpointError error)
    {
        var status = (int)response.StatusCode;
        var isTransient = HttpFailure.IsTransient(status) && !error.IsForGood;
        var retryAfter = RetryAfter.Read(response.Headers, time.GetUtcNow());
        return Failure(model, HttpFailure.Describe(model, status), status, error, model.UsageOf(0, 0), isTransient, retryAfter);
    }

    private static ModelException Failed(ConfiguredModel model, EndpointError error, JsonElement json)
    {
        var (input, output) = TokenUsage.Read(json).Completed(0, 0);
        var isTransient = !error.IsForGood && error.Status is var status && (status is null || HttpFailure.IsTransient(status.Value));
        var used = model.UsageOf(input, output);
        return Failure(model, $"The {model.Described} answered with an error.", error.Status, error, used, isTransient, retryAfter: null);
    }

    private static ModelException Failure(
        ConfiguredModel model, string message, int? status, EndpointError error, ModelUsage used, bool isTransient, TimeSpan? retryAfter) =>
        // With a wrong key endpoints quote it, in part or in full.
        model.Failure(message, used, isTransient, status == (int)HttpStatusCode.Unauthorized ? null : error.Message, status, retryAfter);

    private static string AddressOf(ConfiguredModel model) => new Uri(model.Endpoint.BaseUrl!).GetLeftPart(UriPartial.Path);

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}

/// <summary>Says what an HTTP status of an endpoint means and whether the next attempt may fare better.</summary>
internal static class HttpFailure
{
    /// <summary>Timeouts, conflicts, too early, too many requests and the server's own failures pass; the rest needs a person.</summary>
    public static bool IsTransient(int status) => status is 408 or 409 or 425 or 429 or >= 500;

    public static string Describe(ConfiguredModel model, int status)
    {
        var failed = $"The {model.Described} answered HTTP {status}";
        return status switch
        {
            401 => $"{failed}: the API key is missing or wrong; check {ModelOptions.Section}:Endpoints:{model.EndpointName}:ApiKey.",
            404 => $"{failed} (asked for '{model.ProviderName}'; check the model's Name and the endpoint's BaseUrl).",
            _ => failed + ".",
        };
    }
}

/// <summary>Quotes text that an endpoint wrote, without the API key: some endpoints repeat the request's headers in their errors.</summary>
internal static class Redaction
{
    private const string Mask = "***";

    /// <summary>All of the text; who cuts it may know of other secrets in it, which have to go before.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? WithoutKey(string? text, string? apiKey) => string.IsNullOrEmpty(apiKey) || text is null
        ? text
        : SecretForms.Of(apiKey).Replace(text.Replace(apiKey, Mask, StringComparison.OrdinalIgnoreCase), Mask);
}
