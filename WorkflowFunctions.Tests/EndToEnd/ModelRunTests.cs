using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Models;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>The model nodes against a server that speaks the OpenAI wire format.</summary>
public class ModelRunTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Copy_and_images_come_from_the_configured_endpoint_and_are_counted()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?>
        {
            ["Models:Default"] = "writer",
            ["Models:DefaultImage"] = "painter",
            ["Models:Endpoints:test:BaseUrl"] = models.BaseUrl.ToString(),
            ["Models:Endpoints:test:ApiKey"] = "key-for-tests",
            ["Models:Endpoints:test:Models:writer:InputPerMillion"] = "1000",
            ["Models:Endpoints:test:Models:writer:OutputPerMillion"] = "2000",
            ["Models:Endpoints:test:Models:painter:Kind"] = "image",
            ["Models:Endpoints:test:Models:painter:PerImage"] = "0.04",
        });
        models.Answer = request => request.Body.TryGetProperty("messages", out _)
            ? WireAnswer.Copy("A cup of calm.")
            : WireAnswer.Images(OpenAiWireServer.Pixel, OpenAiWireServer.Pixel);

        var executionId = await server.Client.StartFileAsync(new Drawing("launch")
            .Node("write", "generate_copy", new { prompt = "Write about {{ params.topic }}", save_document = new { title = "All about {{ params.topic }}" } })
            .Node("draw", "generate_image", new { prompt = "{{ nodes.write.text }}", count = 2 }, "write")
            .Node("attach", "attach_images", new { document_id = "{{ nodes.write.document_ids[0] }}", image_ids = "{{ nodes.draw.image_ids }}", primary = 1 }, "write", "draw")
            .ToFile(), new { topic = "tea" });
        var execution = await server.Client.RestAsync(executionId);

        Assert.Equal("completed", execution.State);
        Assert.Equal(["Write about tea", "A cup of calm."], models.Requests.Select(request => request.Prompt));
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, executionId);
        var write = execution["jobs"].EnumerateArray().Single(job => job.GetProperty("node_id").GetString() == "write");
        var tokens = write.GetProperty("output").GetProperty("tokens");
        var (input, output) = (tokens.GetProperty("input").GetInt64(), tokens.GetProperty("output").GetInt64());
        Assert.True(input > 0 && output > 0);
        Assert.Equal(input + output, write.GetProperty("tokens_used").GetInt64());
        Assert.Equal(((input * 1000m) + (output * 2000m)) / 1_000_000m + 0.08m, execution["total_cost"].GetDecimal());
        Assert.Equal(["All about tea"], await database.QueryAsync<string>("SELECT title FROM documents WHERE id LIKE '%:document'"));
        Assert.Equal(
            ["0:false", "1:true"],
            await database.QueryAsync<string>("SELECT attachment_order || ':' || is_primary FROM document_attachments ORDER BY attachment_order"));
    }

    [Fact]
    public async Task A_model_that_is_busy_is_asked_again()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?>
        {
            ["Models:Endpoints:test:BaseUrl"] = models.BaseUrl.ToString(),
            ["Models:Endpoints:test:Models:writer:InputPerMillion"] = "1",
        });
        models.Queue(WireAnswer.Error(429, "Slow down"), WireAnswer.Error(500, "Oops"), WireAnswer.Copy("At last."));

        var executionId = await server.Client.StartFileAsync(new Drawing("busy")
            .Node("write", "generate_copy", new { prompt = "Write", retry = new { delay_seconds = 0.01 } }).ToFile());
        var execution = await server.Client.RestAsync(executionId);

        Assert.Equal("completed", execution.State);
        Assert.Equal("At last.", execution["outputs"].GetProperty("write").GetProperty("text").GetString());
        Assert.Equal(3, models.Requests.Count);
        Assert.Equal(3, execution["jobs"][0].GetProperty("attempt").GetInt32());
    }
}
