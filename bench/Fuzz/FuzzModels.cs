using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>
/// An OpenAI-compatible endpoint whose answers are variants of the format, as providers give them, and answers that are broken. The same
/// request gets the same answer.
/// </summary>
internal sealed class FuzzModels : IAsyncDisposable
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

    // As JSON; an empty one leaves the member out.
    private static readonly string[] s_finishReasons =
    [
        "\"stop\"", "\"stop\"", "\"length\"", "null", "\"\"", "\"eos\"", "\"normal\"", "\"abort\"", "\"content_filter\"", "\"tool_calls\"",
        "7", "{}", "",
    ];

    private static readonly string[] s_roles = ["\"assistant\"", "\"assistant\"", "null", "\"model\"", "3", ""];
    private static readonly string[] s_created =
        ["1750000000", "1750000000.25", "\"2026-01-01T00:00:00Z\"", "null", "1750000000000", "-1", ""];

    private static readonly string[] s_usage =
    [
        """{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}""",
        """{"prompt_tokens":10.0,"completion_tokens":20.9}""",
        """{"total_tokens":30}""",
        """{"prompt_tokens":null,"completion_tokens":null,"total_tokens":null}""",
        """{"prompt_tokens":"10","completion_tokens":"x"}""",
        """{"input_tokens":10,"output_tokens":20}""",
        """{"prompt_tokens":-1,"completion_tokens":1e300}""",
        """{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}""",
        """{"prompt_tokens":1e999,"completion_tokens":-0.0}""",
        "null",
        "[]",
        "7",
        "",
    ];

    private static readonly string[] s_texts =
    [
        "Tea.",
        """{"text":"Tea.","score":7}""",
        "```json\n{\"text\":\"Tea.\"}\n```",
        "Here it is: {\"text\":\"Tea.\"} Anything else?",
        "<think>Hm. {\"a\":1}</think>{\"text\":\"Tea.\"}",
        "<think>never closed",
        "{\"text\":\"Te",
        "[1,2",
        "{\"n\":1e400}",
        "{\"a\":{\"a\":1},\"a\":2}",
        "{\"t\":\"\\ud83c\"}",
        "null",
        "",
        "   ",
        "NaN",
        "\"text\"",
        "1e200000",
    ];

    private static readonly string[] s_errors =
    [
        """{"error":{"message":"No.","type":"error","code":null}}""",
        """{"error":"No."}""",
        """{"message":"No."}""",
        """{"detail":[{"loc":["body"],"msg":"No."}]}""",
        """{"detail":"No."}""",
        """{"errors":[{"message":"No."}]}""",
        """[{"error":{"code":400,"message":"No."}}]""",
        "No.",
        "<html><body>Bad gateway</body></html>",
        "",
        "{",
        "null",
    ];

    private static readonly int[] s_statuses = [200, 200, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529];
    private static readonly string[] s_waits = ["0", "0.01", "-1", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"];
    private static readonly string[] s_types =
    [
        "application/json", "application/json", "application/json; charset=utf8", "text/plain", "text/html; charset=nowhere",
        "application/x-ndjson", "a",
    ];

    private readonly WebApplication _app;
    private readonly int _seed;
    private int _answers;

    private FuzzModels(WebApplication app, int seed) => (_app, _seed) = (app, seed);

    /// <summary>How many answers it has given.</summary>
    public int Answers => _answers;

    /// <summary>
    /// The settings of a server that uses it, as the environment has them: its models are the ones that nodes without a <c>model</c> get.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Settings =>
    [
        ("Models__Default", "chance"), ("Models__DefaultImage", "chance-image"), (
            "Models__Endpoints__fuzz__BaseUrl", _app.Urls.Single() + "/v1"),
        ("Models__Endpoints__fuzz__Models__chance__InputPerMillion", "2"), (
            "Models__Endpoints__fuzz__Models__chance__OutputPerMillion", "8"),
        ("Models__Endpoints__fuzz__Models__chance-image__Kind", "Image"), (
            "Models__Endpoints__fuzz__Models__chance-image__PerImage", "0.04"),
    ];

    /// <summary>Starts it.</summary>
    public static async Task<FuzzModels> StartAsync(int seed, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var models = new FuzzModels(builder.Build(), seed);
        models._app.MapPost("/v1/chat/completions", context => models.AnswerAsync(context, static random => Completion(random)));
        models._app.MapPost("/v1/images/generations", context => models.AnswerAsync(context, static random => Images(random)));
        await models._app.StartAsync(cancellationToken);
        return models;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<Random, JsonNode?> make)
    {
        Interlocked.Increment(ref _answers);
        using var asked = new MemoryStream();
        await context.Request.Body.CopyToAsync(asked);
        var random = new Random(unchecked(_seed + (int)XxHash32.HashToUInt32(asked.GetBuffer().AsSpan(0, (int)asked.Length))));
        var kind = random.Next(20);
        if (kind == 0)
        {
            context.Abort();
            return;
        }

        var isError = kind < 5;
        context.Response.StatusCode = isError ? HostileValues.Pick(random, s_statuses) : 200;
        if (isError && random.Next(2) == 0)
            context.Response.Headers.RetryAfter = HostileValues.Pick(random, s_waits);
        context.Response.ContentType = HostileValues.Pick(random, s_types);
        if (random.Next(30) == 0)
            context.Response.Headers.ContentEncoding = HostileValues.Pick(random, ["gzip", "br", "zstd"]);
        var body = Encoding.UTF8.GetBytes(isError ? HostileValues.Pick(random, s_errors) : make(random)?.ToJsonString() ?? "null");
        await context.Response.Body.WriteAsync(kind == 5 ? JsonMutation.Break(body, random) : body);
    }

    private static JsonNode? Completion(Random random)
    {
        var choice = new JsonObject { ["index"] = 0, ["message"] = Message(random) };
        Set(choice, "finish_reason", HostileValues.Pick(random, s_finishReasons));
        var body = new JsonObject
        {
            ["id"] = "chatcmpl-1",
            ["object"] = "chat.completion",
            ["model"] = "chance",
            ["choices"] = new JsonArray(choice),
        };
        Set(body, "created", HostileValues.Pick(random, s_created));
        Set(body, "usage", HostileValues.Pick(random, s_usage));
        return random.Next(4) == 0 ? JsonMutation.Mutate(body, random, random.Next(1, 4)) : body;
    }

    private static JsonObject Message(Random random)
    {
        var text = random.Next(4) == 0 ? HostileValues.Text(random) : HostileValues.Pick(random, s_texts);
        var message = new JsonObject
        {
            ["content"] = random.Next(8) switch
            {
                0 => new JsonArray(
                    new JsonObject { ["type"] = "thinking", ["thinking"] = "Hm." }, new JsonObject { ["type"] = "text", ["text"] = text }),
                1 => new JsonArray(JsonValue.Create(text), new JsonObject { ["type"] = "something", ["else"] = 1 }),
                2 => HostileValues.Json(random),
                _ => JsonValue.Create(text),
            },
        };
        Set(message, "role", HostileValues.Pick(random, s_roles));
        if (random.Next(6) == 0)
            message[HostileValues.Pick(random, ["reasoning", "reasoning_content", "refusal", "tool_calls", "annotations"])] =
                HostileValues.Json(random);
        return message;
    }

    private static JsonNode? Images(Random random)
    {
        var image = random.Next(7) switch
        {
            0 => new JsonObject { ["url"] = "data:image/png;base64," + Pixel },
            1 => new JsonObject { ["b64_json"] = "data:image/png;base64," + Pixel },
            2 => new JsonObject { ["b64_json"] = HostileValues.Text(random) },
            3 => new JsonObject { ["url"] = HostileValues.Text(random) },
            4 => new JsonObject { ["url"] = "http://127.0.0.1:1/" + random.Next(10).ToString(CultureInfo.InvariantCulture) },
            _ => new JsonObject { ["b64_json"] = Pixel, ["revised_prompt"] = HostileValues.Text(random) },
        };
        var body = new JsonObject { ["data"] = new JsonArray(image) };
        Set(body, "created", HostileValues.Pick(random, s_created));
        Set(body, "usage", HostileValues.Pick(random, s_usage));
        return random.Next(4) == 0 ? JsonMutation.Mutate(body, random, random.Next(1, 4)) : body;
    }

    private static void Set(JsonObject members, string name, string json)
    {
        if (json.Length > 0)
            members[name] = JsonNode.Parse(json);
    }
}
