using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using WorkflowFunctions.Bench.Chaos;

namespace WorkflowFunctions.Bench.Soak;

/// <summary>Clients of all kinds: they start, answer, watch, wait, pause, cancel and read, at a steady rate.</summary>
internal sealed class SoakLoad(Uri address, IReadOnlyList<SoakTemplate> templates, double rate) : IDisposable
{
    private static readonly string[] s_lists =
    [
        "/api/executions?limit=20", "/api/executions?status=completed&limit=20", "/api/templates", "/api/node-types",
        "/api/workspaces/active", "/api/analytics/usage", "/api/health/ready",
    ];

    private static readonly string[] s_details = ["", "/events", "/progress", "/state", "/usage", "/metrics", "/checkpoints"];

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(90) };
    private readonly string[] _recent = new string[200];
    private volatile SoakFigures _figures = new();
    private int _started;
    private int _streams;

    /// <summary>Event streams that are open.</summary>
    public int Streams => _streams;

    /// <summary>What was seen since the last call.</summary>
    public SoakFigures TakeFigures() => Interlocked.Exchange(ref _figures, new SoakFigures());

    /// <summary>Loads until it is stopped, and waits for what is under way.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(StartAllAsync(stopping), ReadAllAsync(stopping), ReadAllAsync(stopping));

    public void Dispose() => _http.Dispose();

    private async Task StartAllAsync(CancellationToken stopping)
    {
        var lives = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        while (await NextAsync(timer, stopping))
        {
            lives.RemoveAll(static life => life.IsCompleted);
            lives.Add(TryAsync("life", () => LiveAsync(templates[Random.Shared.Next(templates.Count)], stopping), stopping));
        }

        await Task.WhenAll(lives);
    }

    private async Task ReadAllAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await NextAsync(timer, stopping))
        {
            var path = Random.Shared.Next(2) == 0 || _recent[Random.Shared.Next(_recent.Length)] is not { } execution
                ? s_lists[Random.Shared.Next(s_lists.Length)]
                : $"/api/executions/{execution}{s_details[Random.Shared.Next(s_details.Length)]}";
            await TryAsync(path, async () =>
            {
                var watch = Stopwatch.StartNew();
                using var response = await _http.GetAsync(path, stopping);
                // An execution that has just begun has no metrics and no checkpoint.
                if ((int)response.StatusCode is not (200 or 404))
                    throw new HttpRequestException($"{(int)response.StatusCode}");
                await response.Content.ReadAsByteArrayAsync(stopping);
                _figures.Reads.Add(watch.Elapsed.TotalMilliseconds);
            }, stopping);
        }
    }

    /// <summary>Starts an execution and does to it what people do.</summary>
    private async Task LiveAsync(SoakTemplate template, CancellationToken stopping)
    {
        var watch = Stopwatch.StartNew();
        var id = (await PostAsync("/api/executions", new { template_id = template.Id, @params = template.Params }, stopping))
            .GetProperty("id").GetString()!;
        _figures.Starts.Add(watch.Elapsed.TotalMilliseconds);
        _recent[(uint)Interlocked.Increment(ref _started) % _recent.Length] = id;
        var watching = Random.Shared.Next(10) switch
        {
            < 2 => StreamAsync(id, null, stopping),
            < 3 => StreamAsync(id, TimeSpan.FromSeconds(2), stopping),
            < 5 => GetAsync($"/api/executions/{id}?wait=30", stopping),
            5 => PauseAsync(id, stopping),
            _ => Task.CompletedTask,
        };
        foreach (var (name, payload) in template.Signals)
        {
            await Task.Delay(TimeSpan.FromSeconds(Random.Shared.Next(1, 45)), stopping);
            if (Random.Shared.Next(10) == 0)
                await PostAsync($"/api/executions/{id}/cancel", new { }, stopping);
            else
                await PostAsync($"/api/executions/{id}/signals/{name}", payload, stopping);
        }

        await watching;
    }

    private async Task PauseAsync(string id, CancellationToken stopping)
    {
        await PostAsync($"/api/executions/{id}/pause", new { }, stopping);
        await Task.Delay(TimeSpan.FromSeconds(1), stopping);
        await PostAsync($"/api/executions/{id}/resume", new { }, stopping);
    }

    /// <summary>Follows the events to the end, or turns away.</summary>
    private async Task StreamAsync(string id, TimeSpan? patience, CancellationToken stopping)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (patience is { } limit)
            enough.CancelAfter(limit);
        Interlocked.Increment(ref _streams);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{id}/events");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, enough.Token);
            response.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(enough.Token));
            while (await reader.ReadLineAsync(enough.Token) is not null)
            {
                // What happens is of no interest here.
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // Turned away.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task GetAsync(string path, CancellationToken stopping)
    {
        using var response = await _http.GetAsync(path, stopping);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken stopping)
    {
        using var response = await _http.PostAsJsonAsync(path, body, stopping);
        // What has ended cannot be paused, answered or cancelled.
        if (!response.IsSuccessStatusCode && (int)response.StatusCode != 409)
            throw new HttpRequestException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(stopping)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(stopping);
    }

    private async Task TryAsync(string what, Func<Task> act, CancellationToken stopping)
    {
        try
        {
            await act();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            _figures.Failures.Add($"{what}: {exception.Message}");
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>A template that is started.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Params">The params of a start.</param>
/// <param name="Signals">What is sent to its executions.</param>
internal sealed record SoakTemplate(string Id, object Params, IReadOnlyList<(string Name, object Payload)> Signals)
{
    /// <summary>Saves the samples and one workflow of each kind as templates.</summary>
    public static async Task<IReadOnlyList<SoakTemplate>> SaveAllAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        var templates = new List<SoakTemplate>();
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.json").Order(StringComparer.Ordinal))
        {
            var file = JsonElement.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            // The sample that calls an address calls this server.
            var isCaller = file.GetProperty("default_params").TryGetProperty("heartbeat_url", out _);
            var alive = new Uri(address, "/api/health/live");
            templates.Add(
                new SoakTemplate(
                    await SaveAsync(http, file, cancellationToken), isCaller ? new { url = alive, heartbeat_url = alive } : new { }, []));
        }

        var child = await SaveAsync(http, ChaosWorkflow.Child().ToFile(), cancellationToken);
        foreach (var workflow in ChaosWorkflow.All(child))
            templates.Add(new SoakTemplate(await SaveAsync(http, workflow.ToFile(), cancellationToken), new { }, workflow.Signals));
        return templates;
    }

    private static async Task<string> SaveAsync(HttpClient http, object file, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync("/api/templates", file, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
    }
}
