using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace WorkflowFunctions.Bench.Chaos;

/// <summary>A client that does not give up: what has not been answered is asked for again.</summary>
internal sealed class ChaosClient(Uri address) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>How often something had to be asked for again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Saves a template. One that was saved without an answer stays behind, unused.</summary>
    public async Task<string> SaveAsync(ChaosWorkflow workflow, CancellationToken cancellationToken) =>
        (await SendAsync("/api/templates", workflow.ToFile(), null, cancellationToken)).GetProperty("id").GetString()!;

    /// <summary>Starts an execution, once however often it has to be asked for.</summary>
    public async Task<string> StartAsync(string templateId, string key, CancellationToken cancellationToken) =>
        (await SendAsync("/api/executions", new { template_id = templateId }, key, cancellationToken)).GetProperty("id").GetString()!;

    /// <summary>Sends a signal. Sent again without need, it is refused or not taken.</summary>
    public Task SignalAsync(string executionId, string name, object payload, CancellationToken cancellationToken) =>
        SendAsync($"/api/executions/{executionId}/signals/{name}", payload, null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(string path, object body, string? key, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
                if (key is not null)
                    request.Headers.Add("Idempotency-Key", key);
                using var response = await _http.SendAsync(request, cancellationToken);
                var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict)
                    return answer;
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                    throw new InvalidOperationException($"{path} was answered with {(int)response.StatusCode}: {answer}");
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Nobody there; someone will be.
            }

            Repeats++;
            await Task.Delay(s_pause, cancellationToken);
        }
    }
}
