using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

/// <summary>An execution is read in parts: its nodes, jobs of one of them, what it made.</summary>
public class ExecutionPartTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_jobs_of_a_body_are_added_up_by_node()
    {
        var id = await RunLoopAsync(items: 3);

        var nodes = (await api.Client.GetAsync($"/api/executions/{id}/nodes")).Json.EnumerateArray()
            .ToDictionary(node => node.GetProperty("node_id").GetString()!);

        Assert.Equal(["each", "end", "write"], nodes.Keys.Order());
        Assert.Equal("""{"completed":3}""", nodes["write"].GetProperty("jobs").GetRawText());
        Assert.Equal(3, nodes["each"].GetProperty("items").GetInt64());
        Assert.Equal(JsonValueKind.Null, nodes["write"].GetProperty("items").ValueKind);
        Assert.True(nodes["end"].GetProperty("has_output").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, nodes["write"].GetProperty("completed_at").ValueKind);
    }

    [Fact]
    public async Task What_failed_has_no_output_and_does_not_count_as_progress()
    {
        var id = await api.Client.StartFileAsync(
            new Drawing("Fails").Node("start", "input").Node("stop", "fail", new { message = "No." }, "start").ToFile());
        var ended = await api.Client.RestAsync(id);

        var stop = (await api.Client.GetAsync($"/api/executions/{id}/nodes")).Json.EnumerateArray()
            .Single(node => node.GetProperty("node_id").GetString() == "stop");

        Assert.Equal(("""{"failed":1}""", false), (stop.GetProperty("jobs").GetRawText(), stop.GetProperty("has_output").GetBoolean()));
        Assert.Equal("No.", stop.GetProperty("error_message").GetString());
        Assert.Equal(50, ended["progress_percent"].GetInt32());
    }

    [Fact]
    public async Task Jobs_of_a_node_come_in_the_order_of_the_items_and_in_pages()
    {
        var id = await RunLoopAsync(items: 12);
        var seen = new List<string>();

        for (string? cursor = ""; cursor is not null;)
        {
            var page = await api.Client.GetAsync(
                $"/api/executions/{id}/jobs?node_id=write&status=completed&limit=5{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page["items"].EnumerateArray().Select(job => job.GetProperty("node_id").GetString()!));
            cursor = page["next_cursor"].GetString();
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(index => $"write#{index}"), seen);
        Assert.Empty((await api.Client.GetAsync($"/api/executions/{id}/jobs?node_id=write&status=failed"))["items"].EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.GetAsync($"/api/executions/{id}/jobs?status=done")).Status);
    }

    [Fact]
    public async Task The_job_of_one_item_has_its_input_and_output()
    {
        var id = await RunLoopAsync(items: 2);

        var job = await api.Client.GetAsync($"/api/executions/{id}/jobs/write%231");

        Assert.Equal("write#1", job["node_id"].GetString());
        Assert.Equal("2", job["output"].GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.GetAsync($"/api/executions/{id}/jobs/write%232")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.GetAsync("/api/executions/none/nodes")).Status);
    }

    [Fact]
    public async Task Without_its_jobs_an_execution_is_its_row()
    {
        var id = await RunLoopAsync(items: 2);

        var row = await api.Client.GetAsync($"/api/executions/{id}?jobs=false");

        Assert.Equal("completed", row.State);
        Assert.Empty(row["jobs"].EnumerateArray());
        Assert.Empty(row["outputs"].EnumerateObject());
        Assert.NotEqual("", row["created_by"].GetString());
    }

    [Fact]
    public async Task A_stream_leaves_out_the_events_of_items_and_a_page_has_those_of_one()
    {
        var id = await RunLoopAsync(items: 3);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/executions/{id}/events?items=false");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await api.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var streamed = await SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).Select(item => item.Data)
            .ToListAsync(TestContext.Current.CancellationToken);
        var ofItem = (await api.Client.GetAsync($"/api/executions/{id}/events?node_id=write%230"))["items"].EnumerateArray().ToList();

        Assert.DoesNotContain(streamed, data => data.Contains('#', StringComparison.Ordinal));
        Assert.Contains(streamed, data => data.Contains("\"each\"", StringComparison.Ordinal));
        Assert.NotEmpty(ofItem);
        Assert.All(ofItem, row => Assert.Equal("write#0", row.GetProperty("node_id").GetString()));
    }

    [Fact]
    public async Task What_an_execution_made_is_listed_with_the_document_that_an_image_belongs_to()
    {
        var drawing = new Drawing("Makes")
            .Node("text", "generate_copy", new { prompt = "Tea", save_document = new { title = "On tea" } })
            .Node("image", "generate_image", new { prompt = "A pot of tea", count = 2 })
            .Node(
                "attach", "attach_images",
                new { document_id = "{{ nodes.text.document_ids | first }}", image_ids = "{{ nodes.image.image_ids }}" }, "text", "image");
        var id = await api.Client.StartFileAsync(drawing.ToFile());
        Assert.Equal("completed", (await api.Client.RestAsync(id)).State);

        var made = (await api.Client.GetAsync($"/api/executions/{id}/documents"))["items"].EnumerateArray().ToList();
        var first = await api.Client.GetAsync($"/api/executions/{id}/documents?limit=2");
        var rest = await api.Client.GetAsync($"/api/executions/{id}/documents?limit=2&cursor={first["next_cursor"].GetString()}");

        var text = Assert.Single(made, one => one.GetProperty("title").GetString() == "On tea");
        Assert.Equal(
            2,
            made.Count(one =>
                one.GetProperty("media_type").GetString() == "image/png"
                && one.GetProperty("attached_to").GetString() == text.GetProperty("id").GetString()));
        Assert.Equal(3, made.Count);
        Assert.Single(rest["items"].EnumerateArray());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Answers_are_compressed(string coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/node-types");
        request.Headers.AcceptEncoding.ParseAdd(coding);

        using var response = await api.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal([coding], response.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
    }

    private async Task<string> RunLoopAsync(int items)
    {
        var drawing = new Drawing("Loop")
            .Node("each", "for_each", new { items = $"{{{{ (1..{items}) }}}}" })
            .Inside("each", "write", "transform", new { template = "{{ item }}" })
            .Node("end", "output", null, "each");
        var id = await api.Client.StartFileAsync(drawing.ToFile());
        Assert.Equal("completed", (await api.Client.RestAsync(id)).State);
        return id;
    }
}
