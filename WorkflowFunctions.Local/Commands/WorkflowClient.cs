using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Local.Commands;

/// <summary>Calls the HTTP API, as any client does.</summary>
internal sealed class WorkflowClient(HttpClient http)
{
    /// <summary>Saves a workflow file: in the place of the template of the same name, or as a new one.</summary>
    /// <returns>The template.</returns>
    /// <exception cref="CommandFailedException">The workflow has problems; all of them are in the message.</exception>
    public async Task<JsonElement> SaveAsync(JsonObject file, CancellationToken cancellationToken)
    {
        var check = await SendAsync(HttpMethod.Post, "/api/templates/validate", file, cancellationToken);
        if (!check.GetProperty("valid").GetBoolean())
            throw new CommandFailedException(Describe("The workflow cannot run.", check));
        var name = file["name"]?.ToString();
        var known = await SendAsync(HttpMethod.Get, "/api/templates?limit=200", null, cancellationToken);
        var former = known.GetProperty("items").EnumerateArray()
            .FirstOrDefault(template => template.GetProperty("name").GetString() == name);
        return former.ValueKind == JsonValueKind.Undefined
            ? await SendAsync(HttpMethod.Post, "/api/templates", file, cancellationToken)
            : await SendAsync(HttpMethod.Put, $"/api/templates/{former.GetProperty("id").GetString()}", file, cancellationToken);
    }

    /// <summary>Starts an execution.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartAsync(JsonObject start, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Post, "/api/executions", start, cancellationToken)).GetProperty("id").GetString()!;

    /// <summary>Reads an execution with its jobs and outputs, once it has ended or after so many seconds.</summary>
    public Task<JsonElement> FindAsync(string executionId, CancellationToken cancellationToken, int waitSeconds = 0) =>
        SendAsync(HttpMethod.Get, $"/api/executions/{executionId}?wait={waitSeconds}", null, cancellationToken);

    /// <summary>The events of an execution as they happen, until it ends.</summary>
    public async IAsyncEnumerable<JsonElement> EventsAsync(string executionId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{executionId}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return JsonElement.Parse(item.Data);
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request, cancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return response.IsSuccessStatusCode ? answer : throw new CommandFailedException(
            Describe(Text(answer, "detail") ?? Text(answer, "title") ?? "The request was refused.", answer));
    }

    private static string Describe(string what, JsonElement problem)
    {
        var lines = new List<string> { what };
        if (problem.TryGetProperty("errors", out var errors))
        {
            lines.AddRange(errors.EnumerateArray().Select(error =>
                $"  {(Text(error, "node_id") is { } node ? $"{node}: " : "")}{Text(error, "detail")} Expected: {Text(error, "expected")} "
                    + $"({Text(error, "pointer")})."));
        }

        return string.Join('\n', lines);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
