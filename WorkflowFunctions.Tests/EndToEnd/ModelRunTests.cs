using System.Text.Json;
using System.Text.Json.Nodes;
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

        var executionId = await server.Client.StartFileAsync(
            new Drawing("launch")
                .Node(
                    "write", "generate_copy",
                    new { prompt = "Write about {{ params.topic }}", save_document = new { title = "All about {{ params.topic }}" } })
                .Node("draw", "generate_image", new { prompt = "{{ nodes.write.text }}", count = 2 }, "write")
                .Node(
                    "attach", "attach_images",
                    new { document_id = "{{ nodes.write.document_ids[0] }}", image_ids = "{{ nodes.draw.image_ids }}", primary = 1 },
                    "write", "draw")
                .ToFile(),
            new { topic = "tea" });
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
            await database.QueryAsync<string>(
                "SELECT attachment_order || ':' || is_primary FROM document_attachments ORDER BY attachment_order"));
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

    [Fact]
    public async Task The_next_model_is_asked_after_one_that_hangs_is_broken_or_of_no_use_and_what_that_cost_is_counted()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, new Dictionary<string, string?>(SettingsFor(models))
        {
            ["Models:Endpoints:test:Models:other:InputPerMillion"] = "2",
            ["Models:Endpoints:test:Models:hangs:InputPerMillion"] = "2",
            ["Models:Endpoints:test:Models:wrong:InputPerMillion"] = "2",
            ["Models:Endpoints:test:Models:painter:Kind"] = "image",
            ["Models:Endpoints:test:Models:painter-b:Kind"] = "image",
        });
        models.Answer = request => request.Model switch
        {
            "writer" => WireAnswer.Copy("", inputTokens: 1_000, outputTokens: 0),
            "hangs" => WireAnswer.Hang(),
            "wrong" => WireAnswer.Error(401, "Who are you?"),
            "painter" => WireAnswer.Error(503, "Full"),
            "painter-b" => WireAnswer.Images(OpenAiWireServer.Pixel),
            _ => WireAnswer.Copy("Here.", inputTokens: 1_000, outputTokens: 0),
        };

        var once = new { max_attempts = 1 };
        var run = await server.Client.RestAsync(await server.Client.StartFileAsync(new Drawing("lists")
            .Node("useless", "generate_copy", new { prompt = "Write", model = new[] { "writer", "other" }, retry = once })
            .Node("slow", "generate_copy", new { prompt = "Write", model = "{{ params.models }}", retry = once, timeout_seconds = 4 })
            .Node("draw", "generate_image", new { prompt = "Draw", model = new[] { "painter", "painter-b" }, retry = once })
            .Node("refused", "generate_copy", new { prompt = "Write", model = new[] { "wrong", "other" }, on_error = "continue" })
            .ToFile(), new { models = new[] { "hangs", "other" } }));

        Assert.Equal("completed", run.State);
        var jobs = run["jobs"].EnumerateArray().ToDictionary(job => job.GetProperty("node_id").GetString()!);
        JsonElement Output(string node) => jobs[node].GetProperty("output");
        Assert.Equal(
            ["other", "other", "painter-b"],
            new[] { "useless", "slow", "draw" }.Select(node => Output(node).GetProperty("model").GetString()));
        Assert.Equal(0.003m, jobs["useless"].GetProperty("cost_usd").GetDecimal());
        Assert.Equal(0.002m, Output("useless").GetProperty("cost_usd").GetDecimal());
        Assert.Contains(
            "did not answer within", Output("slow").GetProperty("tried")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("failed", jobs["refused"].GetProperty("status").GetString());
        Assert.Equal(
            ["draw", "slow", "useless"],
            await database.QueryAsync<string>(
                "SELECT node_id FROM workflow_execution_events WHERE event_type = 'node_completed' AND severity = 'warning' ORDER BY 1"));
    }

    [Fact]
    public async Task What_unusable_answers_have_cost_counts_towards_max_cost_usd()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Answer = _ => WireAnswer.Copy("", inputTokens: 10, outputTokens: 0);

        var executionId = await server.Client.StartFileAsync(
            new Drawing("costly")
                .Node("write", "generate_copy", new { prompt = "Write", retry = new { max_attempts = 15, delay_seconds = 0.01 } })
                .ToFile(),
            config: new { max_cost_usd = 0.00003 });

        var execution = await server.Client.RestAsync(executionId);
        Assert.Equal("paused", execution.State);
        Assert.Equal(3, models.Requests.Count);
        Assert.Equal(0.00003m, execution["total_cost"].GetDecimal());
        var job = execution["jobs"][0];
        Assert.Equal((30, 0.00003m), (job.GetProperty("tokens_used").GetInt32(), job.GetProperty("cost_usd").GetDecimal()));
    }

    [Fact]
    public async Task What_answers_of_no_use_have_cost_is_in_their_jobs_and_in_the_total()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Answer = request => request.Prompt switch
        {
            "refused" => WireAnswer.Copy(null, 1_000, 0, refusal: "No."),
            "withheld" => WireAnswer.Copy("half", 2_000, 0, "content_filter"),
            "cut" => WireAnswer.Copy("""{"a": "b""", 3_000, 0, "length"),
            "error" => WireAnswer.Json(JsonNode.Parse("""{"error":{"message":"No."},"usage":{"prompt_tokens":4000}}""")!),
            // What it took cannot be read, and is estimated by its prompt.
            _ => WireAnswer.Malformed(),
        };

        var drawing = new Drawing("of no use");
        var once = new { max_attempts = 1 };
        foreach (var prompt in (string[])["refused", "withheld", "cut", "error", "unreadable"])
            drawing.Node(prompt, "generate_copy", new { prompt, response_format = "json", on_error = "continue", retry = once });
        var execution = await server.Client.RestAsync(await server.Client.StartFileAsync(drawing.ToFile()));

        Assert.Equal("completed", execution.State);
        Assert.Equal(
            ["cut:0.003", "error:0.004", "refused:0.001", "unreadable:0.000003", "withheld:0.002"],
            execution["jobs"].EnumerateArray()
                .Select(job => (Node: job.GetProperty("node_id").GetString(), Cost: job.GetProperty("cost_usd").GetDecimal()))
                .Select(job => FormattableString.Invariant($"{job.Node}:{job.Cost:0.######}"))
                .Order(StringComparer.Ordinal));
        Assert.Equal(0.010003m, execution["total_cost"].GetDecimal());
        Assert.Equal(5, models.Requests.Count);
    }

    [Fact]
    public async Task Unreadable_answers_count_towards_max_cost_usd()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Answer = _ => WireAnswer.Malformed();

        // Forty characters are estimated to be ten tokens.
        var executionId = await server.Client.StartFileAsync(
            new Drawing("unreadable").Node("write", "generate_copy", new
            {
                prompt = new string('x', 40),
                retry = new { max_attempts = 15, delay_seconds = 0.01 },
            }).ToFile(),
            config: new { max_cost_usd = 0.00003 });

        var execution = await server.Client.RestAsync(executionId);
        Assert.Equal(("paused", 0.00003m), (execution.State, execution["total_cost"].GetDecimal()));
        Assert.Equal(3, models.Requests.Count);
    }

    [Fact]
    public async Task What_is_not_of_the_format_costs_no_answer_and_reaches_no_table()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Queue(new WireAnswer(200, """
            {
              "created": 1750000000.25,
              "choices": [{
                "finish_reason": null,
                "message": {
                  "role": "model",
                  "content": [{ "type": "thinking", "thinking": "Hm \ud83c." }, { "type": "text", "text": "Tea \ud83c\u0000." }]
                }
              }],
              "usage": { "prompt_tokens": null, "completion_tokens": null, "total_tokens": 1000.0 }
            }
            """u8.ToArray()));

        var execution = await server.Client.RestAsync(await server.Client.StartFileAsync(
            new Drawing("variants").Node("write", "generate_copy", new { prompt = "Write", save_document = true }).ToFile()));

        Assert.Equal("completed", execution.State);
        var output = execution["outputs"].GetProperty("write");
        Assert.Equal(
            ("Tea \ufffd\ufffd.", "Hm \ufffd."), (output.GetProperty("text").GetString(), output.GetProperty("reasoning").GetString()));
        Assert.Equal(JsonValueKind.Null, output.GetProperty("finish_reason").ValueKind);
        Assert.Equal(1_000, execution["jobs"][0].GetProperty("tokens_used").GetInt32());
        Assert.Single(models.Requests);
    }

    [Fact]
    public async Task What_a_provider_says_reaches_people()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Answer = request => request.Prompt switch
        {
            "error" => WireAnswer.Json(JsonNode.Parse("""{"error":{"message":"The tea is cold.","code":400}}""")!),
            "message" => WireAnswer.Json(JsonNode.Parse("""{"message":"The tea is cold."}""")!, 400),
            _ => WireAnswer.Json(JsonNode.Parse("""{"detail":[{"loc":["body","messages"],"msg":"The tea is cold."}]}""")!, 400),
        };

        var drawing = new Drawing("cold");
        foreach (var prompt in (string[])["error", "message", "detail"])
            drawing.Node(prompt, "generate_copy", new { prompt, on_error = "continue" });
        var execution = await server.Client.RestAsync(await server.Client.StartFileAsync(drawing.ToFile()));

        Assert.Equal(3, models.Requests.Count);
        Assert.All(
            execution["jobs"].EnumerateArray(),
            job => Assert.EndsWith("The tea is cold.", job.GetProperty("error_message").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_paid_for_is_counted_where_it_cannot_be_kept()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        await database.ExecuteAsync("ALTER TABLE documents ADD CONSTRAINT none CHECK (false)");
        models.Queue(
            WireAnswer.Copy("Tea.", inputTokens: 1_000, outputTokens: 0), WireAnswer.Copy("1e200000", inputTokens: 2_000, outputTokens: 0));

        var unsaved = await server.Client.RestAsync(
            await server.Client.StartFileAsync(
                new Drawing("unsaved")
                    .Node("write", "generate_copy", new { prompt = "Write", save_document = true, retry = new { max_attempts = 1 } })
                    .ToFile()));
        var tooLarge = await server.Client.RestAsync(
            await server.Client.StartFileAsync(
                new Drawing("too large")
                    .Node("write", "generate_copy", new { prompt = "Write", response_format = "json", retry = new { max_attempts = 1 } })
                    .ToFile()));

        Assert.Equal(("failed", 0.001m), (unsaved.State, unsaved["total_cost"].GetDecimal()));
        Assert.Equal(("failed", 0.002m), (tooLarge.State, tooLarge["total_cost"].GetDecimal()));
    }

    [Fact]
    public async Task An_answer_that_is_cut_says_so_and_thoughts_are_kept_apart()
    {
        await using var models = await OpenAiWireServer.StartAsync(TestContext.Current.CancellationToken);
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, SettingsFor(models));
        models.Queue(WireAnswer.Copy("<think>Hm.</think>Half of", finishReason: "length"));

        var execution = await server.Client.RestAsync(await server.Client.StartFileAsync(
            new Drawing("cut").Node("write", "generate_copy", new { prompt = "Write", max_tokens = 10 }).ToFile()));

        Assert.Equal("completed", execution.State);
        var output = execution["outputs"].GetProperty("write");
        Assert.Equal(
            ("Half of", "Hm.", "length"),
            (
                output.GetProperty("text").GetString(), output.GetProperty("reasoning").GetString(),
                output.GetProperty("finish_reason").GetString()));
        Assert.Equal(
            ["warning"],
            await database.QueryAsync<string>(
                "SELECT severity::text FROM workflow_execution_events WHERE execution_id = $1 AND message LIKE '%max_tokens%'",
                execution.Id));
        Assert.Single(models.Requests);
    }

    [Fact]
    public async Task A_schema_that_cannot_be_used_is_named_when_it_is_saved()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);

        var saved = await server.Client.PostAsync(
            "/api/templates",
            new Drawing("bad").Node("write", "generate_copy", new { prompt = "Write", json_schema = new { type = "word" } }).ToFile());

        Assert.StartsWith("/nodes/0/data/json_schema", saved["problems"][0].GetProperty("pointer").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> SettingsFor(OpenAiWireServer models) => new()
    {
        ["Models:Default"] = "writer",
        ["Models:Endpoints:test:BaseUrl"] = models.BaseUrl.ToString(),
        ["Models:Endpoints:test:Models:writer:InputPerMillion"] = "1",
    };
}
