using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// Fetches a workflow file from an address, through the gate that all requests of workflows take. The page may not read from other places
/// itself.
/// </summary>
internal sealed class TemplateFetch(IHttpClientFactory clients)
{
    /// <summary>The name of its HTTP client.</summary>
    public const string ClientName = "template-files";

    /// <summary>How long a file may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>The JSON at an address.</summary>
    /// <exception cref="ApiException">The address cannot be read, or has something else.</exception>
    public async Task<JsonElement> ReadAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            throw ApiException.BadParameter("url", address, "an address that begins with https://");
        try
        {
            using var client = clients.CreateClient(ClientName);
            client.MaxResponseContentBufferSize = WorkflowFile.MaxBytes;
            using var response = await client.GetAsync(uri, cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken))
                : throw Unreadable(uri, $"answers with the status {(int)response.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            throw Unreadable(
                uri,
                "cannot be read: " + (exception.InnerException is AddressRefusedException refused ? refused.Message : exception.Message));
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreadable(uri, $"did not answer within {Timeout.TotalSeconds:0} seconds");
        }
        catch (Exception exception) when (exception is JsonException || WireText.IsMisencoded(exception))
        {
            throw Unreadable(uri, "holds no JSON");
        }
    }

    private static ApiException Unreadable(Uri uri, string why) =>
        new(ApiProblem.Of(StatusCodes.Status400BadRequest, $"{uri.GetLeftPart(UriPartial.Path)} {why}"));
}
