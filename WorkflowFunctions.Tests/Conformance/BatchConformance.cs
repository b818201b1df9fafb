using System.Net;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Conformance;

/// <summary>Batches: an execution for each row.</summary>
public abstract class BatchConformance<TEngine>(PostgresFixture postgres) : EngineConformance<TEngine>(postgres)
    where TEngine : IEngineHosting
{
    [Fact]
    public async Task Each_row_runs_once_pauses_and_is_retried_from_where_it_failed()
    {
        await using var effects = await EffectCounter.StartAsync();
        await using var testbed = await StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Gate = gate.Task;
        effects.FailingNames.Add("d");
        var template = await testbed.Client.SaveAsync(
            new Drawing("rows")
                .Node("first", "http_request", new { method = "POST", url = $"{effects.Address}/count/first-{{{{ params.name }}}}" })
                .Node(
                    "call", "http_request",
                    new { method = "POST", url = $"{effects.Address}/count/{{{{ params.name }}}}", retry = new { max_attempts = 1 } },
                    "first")
                .Node("say", "transform", new { template = "{{ params.name }} {{ params.size | plus: 1 }}" }, "call")
                .ToFile());

        var called = effects.NextCallAsync();
        var batch = await testbed.Client.SendRowsAsync(template, "text/csv", "name,size\na,1\nb,2\nc,3\nd,4\ne,5\nf,6\n", "max_parallel=2");
        Assert.Equal(HttpStatusCode.Accepted, batch.Status);
        await called;
        Assert.Equal("paused", (await testbed.Client.PostAsync($"/api/batches/{batch.Id}/pause", new { reason = "wait" })).State);
        gate.SetResult();
        var paused = await testbed.Client.BatchAsync(batch.Id, row => row["rows_running"].GetInt32() == 0);
        Assert.Equal(("paused", "wait", 2), (paused.State, paused["reason"].GetString(), paused["rows_completed"].GetInt32()));
        Assert.Equal(4, paused["rows_pending"].GetInt32());

        await testbed.RestartAsync();
        await testbed.Client.PostAsync($"/api/batches/{batch.Id}/resume");
        var ended = await testbed.Client.BatchAsync(batch.Id, row => row.State == "completed");
        Assert.Equal((5, 1), (ended["rows_completed"].GetInt32(), ended["rows_failed"].GetInt32()));
        Assert.True(effects.MostAtOnce <= 2);
        var failed = (await testbed.Client.GetAsync($"/api/batches/{batch.Id}/rows?status=failed"))["items"].EnumerateArray().Single();
        Assert.Equal((4, "d"), (failed.GetProperty("number").GetInt32(), failed.GetProperty("params").GetProperty("name").GetString()));
        Assert.NotEmpty(failed.GetProperty("error_message").GetString()!);

        effects.FailingNames.Clear();
        Assert.Equal("running", (await testbed.Client.PostAsync($"/api/batches/{batch.Id}/retry")).State);
        await testbed.Client.BatchAsync(batch.Id, row => row.State == "completed");
        var rows = (await testbed.Client.GetAsync($"/api/batches/{batch.Id}/rows"))["items"].EnumerateArray().ToList();
        Assert.All(rows, row => Assert.Equal("completed", row.GetProperty("status").GetString()));
        Assert.Equal(6, rows.Select(row => row.GetProperty("execution_id").GetString()).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(1, effects.Counts["first-" + row.GetProperty("params").GetProperty("name").GetString()]));
        var results = (
            await testbed.Client.Http.GetStringAsync(
                new Uri($"/api/batches/{batch.Id}/results", UriKind.Relative), TestContext.Current.CancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .ToList();
        Assert.Equal(
            ["a 2", "b 3", "c 4", "d 5", "e 6", "f 7"],
            results.Select(row => row.GetProperty("outputs").GetProperty("say").GetProperty("text").GetString()));
        var started = await testbed.Client.GetAsync($"/api/executions?started_by={batch.Id}&limit=10");
        Assert.Equal(6, started["items"].GetArrayLength());
    }
}

/// <summary>Calls <c>/api/batches</c>.</summary>
public static class BatchCalls
{
    /// <summary>Sends rows as they are.</summary>
    public static Task<ApiAnswer> SendRowsAsync(
        this ApiClient client, string template, string mediaType, string rows, string query = "", string path = "/api/batches",
        params ReadOnlySpan<(string Name, string Value)> headers) =>
        client.SendRowsAsync(template, mediaType, Encoding.UTF8.GetBytes(rows), query, path, headers);

    /// <summary>Sends rows as they are.</summary>
    public static Task<ApiAnswer> SendRowsAsync(
        this ApiClient client, string template, string mediaType, byte[] rows, string query = "", string path = "/api/batches",
        params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var body = new ByteArrayContent(rows);
        body.Headers.ContentType = new(mediaType);
        return client.CallAsync(HttpMethod.Post, $"{path}?template_id={template}&{query}", body, headers);
    }

    /// <summary>Waits until a batch is as it should be.</summary>
    public static async Task<ApiAnswer> BatchAsync(this ApiClient client, string id, Func<ApiAnswer, bool> isDone)
    {
        while (true)
        {
            var batch = await client.GetAsync($"/api/batches/{id}");
            if (batch.Status == HttpStatusCode.OK && isDone(batch))
                return batch;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
