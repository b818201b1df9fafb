using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StandardWebhooks;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Triggers;

public class HookTests(ApiFixture api, PostgresFixture postgres) : IClassFixture<ApiFixture>
{
    private ApiClient Client => api.Client;

    [Fact]
    public async Task What_is_sent_to_the_address_becomes_the_params()
    {
        var hook = await CreateAsync(new { max_parallel_nodes = 2, @params = new { tone = "cold", more = 1 } });

        var accepted = await Client.PostJsonAsync(hook["url"].GetString()!, """{ "topic": "çay", "n": [1, {"a": null}] }""");
        var ended = await Client.GetAsync($"{accepted.Headers.Location}?wait=60");

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal($"/api/executions/{accepted.Id}", accepted.Headers.Location!.ToString());
        Assert.Equal("completed", ended.State);
        Assert.Equal("Hello çay", ended["outputs"].GetProperty("greet").GetProperty("text").GetString());
        Assert.Equal(2, ended["config_json"].GetProperty("max_parallel_nodes").GetInt32());
        Assert.Equal("cold", Params(ended).GetProperty("tone").GetString());
        Assert.Equal(
            [hook.Id],
            await api.Database.QueryAsync<string>(
                "SELECT created_by FROM workflow_execution_events WHERE event_type = 'created' AND execution_id = $1", accepted.Id));
        Assert.Equal(JsonValueKind.String, (await Client.GetAsync($"/api/hooks/{hook.Id}"))["last_used_at"].ValueKind);
    }

    [Theory]
    [InlineData(null, """{"tone": "warm", "topic": "tea"}""")]
    [InlineData("{}", """{"tone": "warm", "topic": "tea"}""")]
    [InlineData("[1, 2]", """{"body": [1, 2], "tone": "warm", "topic": "tea"}""")]
    [InlineData("\"text\"", """{"body": "text", "tone": "warm", "topic": "tea"}""")]
    [InlineData("null", """{"body": null, "tone": "warm", "topic": "tea"}""")]
    public async Task Any_body_is_taken(string? body, string expected)
    {
        var hook = await CreateAsync();

        var accepted = body is null
            ? await Client.PostAsync(hook["url"].GetString()!)
            : await Client.PostJsonAsync(hook["url"].GetString()!, body);

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal(
            [expected],
            await api.Database.QueryAsync<string>("SELECT config_json ->> 'params' FROM workflow_executions WHERE id = $1", accepted.Id));
    }

    [Fact]
    public async Task The_token_is_shown_once_and_only_its_hash_is_kept()
    {
        var hook = await CreateAsync();
        var token = hook["token"].GetString()!;

        var shown = await Client.GetAsync($"/api/hooks/{hook.Id}");
        var listed = await Client.GetAsync("/api/hooks");
        var stored = await api.Database.QueryAsync<string>("SELECT h::text || encode(token_hash, 'escape') FROM workflow_hooks h");

        Assert.Equal(43, token.Length);
        Assert.EndsWith($"/api/hooks/{token}", hook["url"].GetString(), StringComparison.Ordinal);
        Assert.Equal($"/api/hooks/{hook.Id}", hook.Headers.Location!.ToString());
        Assert.Contains(hook.Id, listed.Json.GetRawText(), StringComparison.Ordinal);
        foreach (var text in (string[])[shown.Json.GetRawText(), listed.Json.GetRawText(), .. stored])
        {
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("token", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_same_key_gives_the_same_execution_of_the_hook_and_of_no_other()
    {
        var (first, second) = (await CreateAsync(), await CreateAsync());
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var direct = await Client.PostAsync("/api/executions", new { template_id = first["template_id"].GetString() }, key);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => Client.PostAsync(first["url"].GetString()!, new { topic = "a" }, key)));
        var other = await Client.PostAsync(second["url"].GetString()!, new { topic = "a" }, key);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var id = Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal(3, new[] { id, other.Id, direct.Id }.Distinct().Count());
        var tooLong = await Client.PostAsync(first["url"].GetString()!, new { }, ("Idempotency-Key", new string('k', 256)));
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.Status);
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await Client.PostAsync(first["url"].GetString()!, new { }, ("Idempotency-Key", new string('k', 255)))).Status);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("%25")]
    [InlineData("'%20OR%20true--")]
    public async Task A_token_that_no_hook_has_is_not_found_whatever_is_sent(string token)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync($"/api/hooks/{token}", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostJsonAsync($"/api/hooks/{token}", "{ not JSON")).Status);
    }

    [Fact]
    public async Task The_id_of_a_hook_is_not_its_token_nor_the_token_its_id()
    {
        var hook = await CreateAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync($"/api/hooks/{hook.Id}", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/api/hooks/{hook["token"].GetString()}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/api/hooks/{hook["token"].GetString()}")).Status);
    }

    [Fact]
    public async Task Bodies_that_cannot_be_params_are_refused_and_start_nothing()
    {
        var hook = await CreateAsync();
        var url = hook["url"].GetString()!;
        var picture = new ByteArrayContent([1, 2]) { Headers = { ContentType = new("image/png") } };
        var large = new StringContent($"\"{new string('x', 5_000_000)}\"", Encoding.UTF8, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, (await Client.PostJsonAsync(url, """{ "topic": """)).Status);
        Assert.Equal(["/a"], (await Client.PostJsonAsync(url, """{ "a": 1, "a": 2 }""")).Pointers);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Client.CallAsync(HttpMethod.Post, url, picture, [])).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Client.CallAsync(HttpMethod.Post, url, large, [])).Status);
        Assert.Empty((await Client.GetAsync($"/api/executions?template_id={hook["template_id"].GetString()}"))["items"].EnumerateArray());
    }

    [Theory]
    [InlineData(null, """{"topic": "tea"}""", "utf-8")]
    [InlineData("text/plain; charset=utf8", """{"topic": "tea"}""", "utf-8")]
    [InlineData("application/json; charset=utf8", "\ufeff{\"topic\": \"tea\"}", "utf-8")]
    [InlineData("application/json", "\ufeff{\"topic\": \"tea\"}", "utf-16")]
    [InlineData("application/json; charset=iso-8859-1", """{"topic": "tea", "e": "é"}""", "latin1")]
    [InlineData("application/x-www-form-urlencoded", "topic=tea", "utf-8")]
    [InlineData("application/x-www-form-urlencoded; charset=utf8", "topic=tea&topic2=%C3%A7ay", "utf-8")]
    [InlineData("application/x-www-form-urlencoded", """{"topic": "tea"}""", "utf-8")]
    public async Task Json_and_forms_are_read_however_they_are_labelled(string? contentType, string body, string encoding)
    {
        var hook = await CreateAsync(new { });
        var content = new ByteArrayContent(Encoding.GetEncoding(encoding).GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        Assert.Equal("tea", Params(await SendAsync(hook, content)).GetProperty("topic").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_read_and_one_that_only_says_so_is_refused(string encoding)
    {
        var hook = await CreateAsync(new { });
        using var bytes = new MemoryStream();
        await using (Stream packed = encoding switch
        {
            "gzip" => new GZipStream(bytes, CompressionMode.Compress),
            "br" => new BrotliStream(bytes, CompressionMode.Compress),
            _ => new ZLibStream(bytes, CompressionMode.Compress),
        })
            await packed.WriteAsync(Encoding.UTF8.GetBytes("""{"topic": "tea"}"""), TestContext.Current.CancellationToken);

        HttpContent Content(byte[] body) =>
            new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" }, { "Content-Encoding", encoding } } };

        Assert.Equal("tea", Params(await SendAsync(hook, Content(bytes.ToArray()))).GetProperty("topic").GetString());
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await Client.CallAsync(HttpMethod.Post, hook["url"].GetString()!, Content([.. Enumerable.Repeat((byte)0xff, 16)]), []))
                .Status);
    }

    [Fact]
    public async Task White_space_is_no_body_and_text_is_kept_as_text()
    {
        var hook = await CreateAsync(new { });

        Assert.Equal(
            ["tone", "topic"],
            Params(await SendAsync(hook, new StringContent(" \r\n", Encoding.UTF8, "application/json")))
                .EnumerateObject()
                .Select(param => param.Name)
                .Order());
        Assert.Equal("Deployed.", Params(await SendAsync(hook, new StringContent("Deployed."))).GetProperty("body").GetString());
    }

    [Fact]
    public async Task Files_of_a_form_become_documents_and_fields_that_repeat_become_lists()
    {
        var hook = await CreateAsync(new { });
        using var form = new MultipartFormDataContent
        {
            { new StringContent("tea"), "topic" },
            { new StringContent("a"), "tag" },
            { new StringContent("b"), "tag" },
            { new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("image/png") } }, "picture", "cup.png" },
        };

        var parameters = Params(await SendAsync(hook, form));
        var picture = parameters.GetProperty("picture");

        Assert.Equal("""["a","b"]""", parameters.GetProperty("tag").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(
            ("cup.png", "image/png", 3),
            (
                picture.GetProperty("file_name").GetString(), picture.GetProperty("media_type").GetString(),
                picture.GetProperty("size").GetInt32()));
        Assert.Equal(
            [
                [1, 2, 3],
            ],
            await api.Database.QueryAsync<byte[]>(
                "SELECT content FROM document_contents WHERE document_id = $1", picture.GetProperty("document_id").GetString()!));
    }

    [Fact]
    public async Task Headers_that_are_asked_for_become_params()
    {
        var hook = await CreateAsync(new { hook_headers = new[] { "X-GitHub-Event", "X-Absent" } });
        var content = new StringContent("""{"topic": "tea"}""", Encoding.UTF8, "application/json")
        {
            Headers = { { "X-GitHub-Event", "push" }, { "X-Other", "no" } },
        };

        Assert.Equal(
            """{"x-github-event":"push"}""",
            Params(await SendAsync(hook, content)).GetProperty("headers").GetRawText().Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hook_with_a_secret_takes_only_what_is_signed_with_it_and_a_signed_message_once()
    {
        const string secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine(), ("Secrets:sender", secret));
        var hook = await server.Client.PostAsync("/api/hooks", new
        {
            template_id = await server.Client.SaveAsync(TestWorkflows.Greeting()),
            config = new { hook_secret = "sender" },
        });
        const string body = """{"topic": "tea"}""";
        var (github, id, now) = (
            "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))),
            "msg_1", DateTimeOffset.UtcNow);
        var standard = new StandardWebhook(secret).Sign(id, now, body);

        Task<ApiAnswer> CallAsync(string text, params (string Name, string Value)[] headers) =>
            server.Client.CallAsync(
                HttpMethod.Post, hook["url"].GetString()!, new StringContent(text, Encoding.UTF8, "application/json"), headers);
        Task<ApiAnswer> MessageAsync(string text) => CallAsync(
            text, ("webhook-id", id), ("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", standard));

        Assert.Equal(HttpStatusCode.Accepted, (await CallAsync(body, ("X-Hub-Signature-256", github))).Status);
        var first = await MessageAsync(body);
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal(first.Id, (await MessageAsync(body)).Id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(body)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(body + " ", ("X-Hub-Signature-256", github))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MessageAsync(body + " ")).Status);
        Assert.Equal(2, (await server.Client.GetAsync("/api/executions"))["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_hook_is_switched_off_and_on_again_with_the_same_token_and_deleted()
    {
        var hook = await CreateAsync();
        var (url, template) = (hook["url"].GetString()!, hook["template_id"].GetString());

        Assert.Equal(
            HttpStatusCode.OK,
            (await Client.PutAsync($"/api/hooks/{hook.Id}", new { template_id = template, name = "Off", is_enabled = false })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync(url, new { })).Status);
        var renamed = await Client.PutAsync($"/api/hooks/{hook.Id}", new { template_id = template, name = "On" });
        Assert.Equal("On", renamed["name"].GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await Client.PostAsync(url, new { })).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/api/hooks/{hook.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync(url, new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/api/hooks/{hook.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PutAsync($"/api/hooks/{hook.Id}", new { template_id = template })).Status);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_hook_is_told_at_once()
    {
        var refused = await Client.PostAsync(
            "/api/hooks", new { template_id = "nothing", name = 7, config = new { track_tasks = "x" }, user_id = "nobody" });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(["/config/track_tasks", "/name", "/template_id", "/user_id"], refused.Pointers.Order(StringComparer.Ordinal));
        // The address without a token is the one that makes hooks.
        Assert.Equal(["/template_id"], (await Client.PostAsync("/api/hooks/", new { })).Pointers);
    }

    [Fact]
    public async Task A_template_that_has_a_hook_is_kept()
    {
        var hook = await CreateAsync();

        var refused = await Client.DeleteAsync($"/api/templates/{hook["template_id"].GetString()}");

        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("has hooks", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    private static JsonElement Params(ApiAnswer execution) => execution["config_json"].GetProperty("params");

    private async Task<ApiAnswer> CreateAsync(object? config = null)
    {
        var answer = await Client.PostAsync(
            "/api/hooks", new { template_id = await Client.SaveAsync(TestWorkflows.Greeting()), name = "Order placed", config });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer;
    }

    private async Task<ApiAnswer> SendAsync(ApiAnswer hook, HttpContent content)
    {
        var accepted = await Client.CallAsync(HttpMethod.Post, hook["url"].GetString()!, content, []);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        return await Client.GetAsync(accepted.Headers.Location!.ToString());
    }
}
