using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Calls the API as a client does.</summary>
public sealed class ApiClient(Uri address) : IDisposable
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 256 };

    /// <summary>For what is not JSON.</summary>
    public HttpClient Http { get; } = new() { BaseAddress = address };

    public void Dispose() => Http.Dispose();

    public Task<ApiAnswer> GetAsync(string path, params ReadOnlySpan<(string Name, string Value)> headers) =>
        CallAsync(HttpMethod.Get, path, null, headers);

    public Task<ApiAnswer> PostAsync(
        string path, object? body = null, params ReadOnlySpan<(string Name, string Value)> headers) =>
        CallAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), headers);

    public Task<ApiAnswer> PostJsonAsync(string path, string json) =>
        CallAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"), []);

    public Task<ApiAnswer> PutAsync(
        string path, object body, params ReadOnlySpan<(string Name, string Value)> headers) =>
        CallAsync(HttpMethod.Put, path, JsonContent.Create(body), headers);

    public Task<ApiAnswer> DeleteAsync(string path) => CallAsync(HttpMethod.Delete, path, null, []);

    public Task<ApiAnswer> CallAsync(
        HttpMethod method, string path, HttpContent? body, ReadOnlySpan<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return AnswerAsync(request);
    }

    /// <summary>Saves a workflow and returns its id.</summary>
    public async Task<string> SaveAsync(object template)
    {
        var answer = await PostAsync("/api/templates", template);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Id;
    }

    /// <summary>Starts an execution and returns its id.</summary>
    public async Task<string> StartAsync(string templateId, object? @params = null)
    {
        var answer = await PostAsync("/api/executions", new { template_id = templateId, @params });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.Id;
    }

    /// <summary>Waits until an execution has ended or is paused; on a machine that does much else that may take a while.</summary>
    public async Task<ApiAnswer> RestAsync(string executionId)
    {
        ApiAnswer answer;
        var waits = 0;
        do
            answer = await GetAsync($"/api/executions/{executionId}?wait=60");
        while (answer.Status == HttpStatusCode.OK && answer.State is "pending" or "running" && ++waits < 5);
        return answer;
    }

    /// <summary>Waits until a node of an execution has a job of that status.</summary>
    public async Task UntilAsync(string executionId, string nodeId, string status)
    {
        while (!(await GetAsync($"/api/executions/{executionId}"))["jobs"].EnumerateArray().Any(job =>
            job.GetProperty("node_id").GetString() == nodeId && job.GetProperty("status").GetString() == status))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task<ApiAnswer> AnswerAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(
            response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text, s_deep), response.Headers,
            response.Content.Headers.ContentType?.MediaType);
    }
}
