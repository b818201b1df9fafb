using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Api;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class EventTests(ApiFixture api, PostgresFixture postgres) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Pages_of_events_go_on_after_the_last_one()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));
        await api.Client.RestAsync(id);
        var all = await IdsAsync($"/api/executions/{id}/events");

        var paged = new List<long>();
        for (long? after = 0; after is not null;)
        {
            var page = await api.Client.GetAsync($"/api/executions/{id}/events?limit=4&after={after}");
            paged.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetInt64()));
            after = page["next_after"].ValueKind == JsonValueKind.Null ? null : page["next_after"].GetInt64();
        }

        Assert.Equal(all, paged);
        Assert.Equal(all.Order(), all);
    }

    [Fact]
    public async Task A_stream_gives_every_event_as_its_row_and_ends_with_the_execution()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));

        var streamed = await StreamAsync(id).ToListAsync(TestContext.Current.CancellationToken);

        var rows = (await api.Client.GetAsync($"/api/executions/{id}/events"))["items"].EnumerateArray().ToList();
        Assert.Equal(rows.Select(row => row.GetRawText()), streamed.Select(item => item.Data));
        Assert.Equal(rows.Select(row => row.GetProperty("id").GetRawText()), streamed.Select(item => item.EventId));
        Assert.Equal(rows.Select(row => row.GetProperty("event_type").GetString()), streamed.Select(item => item.EventType));
        Assert.Equal("completed", streamed[^1].EventType);
    }

    [Fact]
    public async Task A_stream_tells_of_what_happens_while_it_is_open()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));
        var seen = new List<string>();

        await foreach (var item in StreamAsync(id))
        {
            seen.Add(item.EventType);
            var next = item.EventType switch
            {
                "node_waiting" when !seen.Contains("paused") => "pause",
                "paused" => "resume",
                "resumed" => "cancel",
                _ => null,
            };
            if (next is not null)
                Assert.Equal(HttpStatusCode.Accepted, (await api.Client.PostAsync($"/api/executions/{id}/{next}")).Status);
        }

        Assert.Equal(["paused", "resumed", "cancelled"], seen.Where(type => type is "paused" or "resumed" or "cancelled"));
        Assert.Equal("cancelled", seen[^1]);
    }

    [Fact]
    public async Task A_stream_hears_of_what_another_process_does()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Waiting()));
        await using var elsewhere = await ApiServer.StartAsync(api.Database.ConnectionString, services => services.AddLocalEngine());

        await foreach (var item in StreamAsync(id, client: elsewhere.Client))
        {
            if (item.EventType == "node_waiting")
                await api.Client.PostAsync($"/api/executions/{id}/cancel");
        }

        Assert.Equal("cancelled", (await api.Client.GetAsync($"/api/executions/{id}")).State);
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_event_that_the_client_has()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));
        var all = await StreamAsync(id).ToListAsync(TestContext.Current.CancellationToken);

        var rest = await StreamAsync(id, lastEventId: all[3].EventId).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(all.Skip(4).Select(item => item.EventId), rest.Select(item => item.EventId));
    }

    [Fact]
    public async Task A_client_that_has_everything_is_told_not_to_come_again()
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));
        var all = await StreamAsync(id).ToListAsync(TestContext.Current.CancellationToken);

        using var response = await OpenAsync(api.Client, id, all[^1].EventId);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Silence_is_filled_with_comments()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(database.ConnectionString, services => services
            .AddLocalEngine()
            .Configure<WorkflowApiOptions>(options => options.PollInterval = options.HeartbeatInterval = TimeSpan.FromMilliseconds(50)));
        var id = await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Waiting()));

        using var response = await OpenAsync(server.Client, id);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        for (var comments = 0; comments < 3;)
        {
            if ((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!.StartsWith(':'))
                comments++;
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_host_that_stops_ends_its_streams_and_waits()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var server = await ApiServer.StartAsync(database.ConnectionString, services => services.AddLocalEngine());
        var id = await server.Client.StartAsync(await server.Client.SaveAsync(TestWorkflows.Waiting()));
        await server.Client.UntilAsync(id, "wait", "waiting");
        using var response = await OpenAsync(server.Client, id);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(await reader.ReadLineAsync(TestContext.Current.CancellationToken));

        var stopping = server.StopAsync();
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        await stopping;

        Assert.DoesNotContain("cancelled", rest, StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task An_event_id_that_is_none_is_refused(string lastEventId)
    {
        var id = await api.Client.StartAsync(await api.Client.SaveAsync(TestWorkflows.Greeting()));

        using var response = await OpenAsync(api.Client, id, lastEventId);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_stream_of_an_execution_that_is_not_there_is_not_found()
    {
        using var response = await OpenAsync(api.Client, "exec-0");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private async Task<IReadOnlyList<long>> IdsAsync(string path) =>
        [.. (await api.Client.GetAsync(path))["items"].EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];

    private async IAsyncEnumerable<SseItem<string>> StreamAsync(string id, string? lastEventId = null, ApiClient? client = null)
    {
        using var response = await OpenAsync(client ?? api.Client, id, lastEventId);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var parser = SseParser.Create(stream, static (_, bytes) => Encoding.UTF8.GetString(bytes));
        await foreach (var item in parser.EnumerateAsync(TestContext.Current.CancellationToken))
            yield return item;
    }

    private static Task<HttpResponseMessage> OpenAsync(ApiClient client, string id, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{id}/events");
        request.Headers.Add("Accept", "text/event-stream");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
