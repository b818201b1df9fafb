using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StandardWebhooks;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Nodes.Secrets;

namespace WorkflowFunctions.Api.Outbox;

/// <summary>
/// Sends deliveries to addresses: as CloudEvents (version 1.0, in structured mode), signed as Standard Webhooks has it. The gate of
/// outgoing calls holds for them.
/// </summary>
internal sealed class WebhookSender(IHttpClientFactory clients, ISecrets secrets, TimeProvider time)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string ClientName = "webhooks";

    /// <summary>How long a receiver may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private const string MediaType = "application/cloudevents+json";

    /// <summary>Sends a delivery.</summary>
    /// <exception cref="HttpRequestException">It was not taken; the message says why.</exception>
    public async Task SendAsync(DueDelivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Url is null)
            throw new HttpRequestException("The subscription is gone.");
        var body = ToCloudEvent(delivery).ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(MediaType)),
        };
        var now = time.GetUtcNow();
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (delivery.Secret is { } name)
            request.Headers.Add("webhook-signature", Sign(delivery, name, now, body));

        using var client = clients.CreateClient(ClientName);
        using var response = await SendAsync(client, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{request.RequestUri!.GetLeftPart(UriPartial.Authority)} answered {(int)response.StatusCode}.");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            var reason = exception.InnerException is AddressRefusedException refused ? refused.Message : exception.Message;
            throw new HttpRequestException($"{origin}: {reason}", exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{origin} did not answer within {Timeout.TotalSeconds:0} seconds.", exception);
        }
    }

    private string Sign(DueDelivery delivery, string secret, DateTimeOffset now, string body) =>
        secrets.Of(delivery.WorkspaceId).TryGetValue(secret, out var key)
        ? new StandardWebhook(key).Sign(delivery.Id, now, body)
        : throw new HttpRequestException($"The secret '{secret}' is not configured, so that nothing can be signed.");

    private static JsonObject ToCloudEvent(DueDelivery delivery) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = delivery.Id,
        ["source"] = "/api/executions/" + Uri.EscapeDataString(delivery.ExecutionId),
        ["type"] = delivery.EventType,
        ["time"] = JsonSerializer.SerializeToNode(delivery.Event.GetProperty("time")),
        ["datacontenttype"] = "application/json",
        ["data"] = JsonSerializer.SerializeToNode(delivery.Event),
    };
}
