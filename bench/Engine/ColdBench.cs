using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WorkflowFunctions.Bench.Chaos;

namespace WorkflowFunctions.Bench.Engine;

/// <summary>How long a server process takes to be ready, and to have run the first node, on a database that has its schema.</summary>
internal static class ColdBench
{
    /// <summary>Measures, and prints one JSON line of medians.</summary>
    public static async Task<int> RunAsync(string connection, int times, CancellationToken cancellationToken)
    {
        await using (await BenchDatabase.OpenAsync(connection, cancellationToken))
        {
            // Brings the database to the schema, which is done once and not at each start.
        }

        var ready = new List<double>();
        var firstNode = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var server = new ChaosServer(connection);
            server.Start();
            using var http = new HttpClient { BaseAddress = server.Address };
            while (!await IsReadyAsync(http, cancellationToken))
                await Task.Delay(10, cancellationToken);
            ready.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await RunNodeAsync(http, cancellationToken);
            firstNode.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workload = "cold",
            times,
            ready_ms = new Latencies(ready).At(0.5),
            first_node_ms = new Latencies(firstNode).At(0.5),
        }));
        return 0;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync("/api/health/ready", cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task RunNodeAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var template = new
        {
            name = "cold",
            nodes = new[] { new { id = "only", type = "transform", data = new { fields = new { ok = true } } } },
            edges = Array.Empty<object>(),
        };
        using var saved = await http.PostAsJsonAsync("/api/templates", template, cancellationToken);
        saved.EnsureSuccessStatusCode();
        var id = (await saved.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString();
        using var accepted = await http.PostAsJsonAsync("/api/executions", new { template_id = id }, cancellationToken);
        accepted.EnsureSuccessStatusCode();
        var execution = await http.GetFromJsonAsync<JsonElement>($"{accepted.Headers.Location!.OriginalString}?wait=60", cancellationToken);
        if (execution.GetProperty("status").GetString() != "completed")
            throw new InvalidOperationException($"The execution is {execution.GetProperty("status")}.");
    }
}
