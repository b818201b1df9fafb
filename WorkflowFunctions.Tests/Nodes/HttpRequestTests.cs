using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Nodes;

/// <summary>What real servers answer to <c>http_request</c>, and what they want to be asked.</summary>
public sealed class HttpRequestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("text/plain; charset=utf8", "utf-8", "Grüße 3 €")]
    [InlineData("text/plain; charset=\"UTF-8\"", "utf-8", "Grüße 3 €")]
    [InlineData("text/plain;charset=windows-1252", "windows-1252", "Grüße 3 €")]
    [InlineData("text/plain; charset=iso-8859-1", "windows-1252", "Grüße 3 €")]
    [InlineData("text/plain; charset=ISO-8859-15", "iso-8859-15", "Grüße 3 €")]
    [InlineData("text/html; charset=Shift_JIS", "shift_jis", "日本のお茶")]
    [InlineData("text/html; charset=gbk", "gbk", "中国茶")]
    [InlineData("text/plain; charset=utf-7", "utf-8", "Grüße 3 €")]
    [InlineData("text/plain; charset=no-such-thing", "utf-8", "Grüße 3 €")]
    [InlineData("text/plain; charset=", "utf-8", "Grüße 3 €")]
    [InlineData("text/csv", "utf-8", "Grüße 3 €")]
    [InlineData("application/x-own; charset=windows-1252", "windows-1252", "Grüße 3 €")]
    [InlineData("application/xml", "iso-8859-15", "<?xml version='1.0' encoding='ISO-8859-15'?><a>3 €</a>")]
    [InlineData("text/html", "windows-1252", "<html><head><meta charset=windows-1252></head>3 €</html>")]
    [InlineData(null, "utf-8", "Grüße 3 €")]
    public async Task Text_is_decoded(string? type, string charset, string text) =>
        Assert.Equal(text, (await BodyAsync(type, EncodingOf(charset).GetBytes(text))).GetString());

    [Fact]
    public async Task Text_has_nothing_that_PostgreSQL_cannot_store() =>
        Assert.Equal("a\ufffdb", (await BodyAsync("text/plain", [(byte)'a', 0, (byte)'b'])).GetString());

    [Fact]
    public async Task Text_that_is_not_of_its_charset_is_replaced_where_it_is_not() =>
        Assert.Equal("a\ufffdb", (await BodyAsync("text/plain; charset=utf-8", [(byte)'a', 0xFF, (byte)'b'])).GetString());

    [Theory]
    [InlineData("application/json", "utf-8", false)]
    [InlineData("application/json", "utf-8", true)]
    [InlineData("application/json", "utf-16", true)]
    [InlineData("application/json", "utf-16", false)]
    [InlineData("application/json", "utf-16BE", false)]
    [InlineData("application/json;", "utf-8", false)]
    [InlineData("application/json; charset=utf8", "utf-8", false)]
    [InlineData("application/json; charset=windows-1252", "windows-1252", false)]
    [InlineData("application/vnd.shop.v1+json; charset=\"iso-8859-15\"", "iso-8859-15", false)]
    [InlineData("TEXT/JSON;;charset=utf-8", "utf-8", false)]
    public async Task Json_is_read_in_its_charset(string type, string charset, bool hasMark)
    {
        var encoding = EncodingOf(charset);
        byte[] json = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("""{"price":"3 €"}""")];

        Assert.Equal("3 €", (await BodyAsync(type, json)).GetProperty("price").GetString());
    }

    [Fact]
    public async Task Json_may_be_deep_and_is_handed_on()
    {
        const int depth = 200;
        await using var shop = await WireServer.StartAsync(
            Answer("application/json", Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth))));

        var execution = await RunAsync(new Drawing("deep")
            .Node("call", "http_request", new { url = shop.Address })
            .Node("end", "output", new { value = new { deep = "{{ nodes.call.body }}" } }, "call"));

        Assert.Equal("completed", execution.State);
        var inner = execution["outputs"].GetProperty("end").GetProperty("deep");
        for (var i = 1; i < depth; i++)
            inner = Assert.Single(inner.EnumerateArray());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task What_is_compressed_is_unpacked(string coding)
    {
        using var packed = new MemoryStream();
        await using (Stream packing = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Compress),
            "br" => new BrotliStream(packed, CompressionMode.Compress),
            _ => new ZLibStream(packed, CompressionMode.Compress),
        })
        {
            await packing.WriteAsync("""{"a":1}"""u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, (await BodyAsync("application/json", packed.ToArray(), ("Content-Encoding", coding))).GetProperty("a").GetInt32());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/octet-stream")]
    [InlineData("image/png")]
    public async Task What_is_no_text_is_base64(string? type)
    {
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0];

        Assert.Equal(Convert.ToBase64String(png), (await BodyAsync(type, png)).GetProperty("base64").GetString());
        if (type is null)
            Assert.Equal("AAEC", (await BodyAsync(type, [0, 1, 2])).GetProperty("base64").GetString());
    }

    [Theory]
    [InlineData("POST", 1)]
    [InlineData("GET", 3)]
    public async Task An_answer_that_breaks_off_is_no_reason_to_post_again(string method, int calls)
    {
        await using var shop = await WireServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await Task.Delay(50);
            context.Abort();
        });

        var execution = await CallAsync(new { method, url = shop.Address, retry = new { max_attempts = 3, delay_seconds = 0.01 } });

        Assert.Equal("failed", execution.State);
        Assert.Equal(calls, shop.Requests.Count);
        Assert.Equal([calls], await api.Database.QueryAsync<int>("SELECT api_calls FROM agent_jobs WHERE execution_id = $1", execution.Id));
    }

    [Theory]
    [InlineData("POST", 200, 1)]
    [InlineData("GET", 200, 2)]
    [InlineData("POST", 503, 2)]
    public async Task An_answer_that_does_not_end_is_no_reason_to_post_again(string method, int status, int calls)
    {
        await using var shop = await WireServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var retry = new { max_attempts = 2, delay_seconds = 0.01 };
        var execution = await CallAsync(new { method, url = shop.Address, timeout_seconds = 0.5, retry });

        Assert.Equal("failed", execution.State);
        Assert.Contains("timeout_seconds", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal(calls, shop.Requests.Count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task What_says_that_it_is_compressed_and_is_not_is_no_reason_to_call_again(string coding)
    {
        await using var shop = await WireServer.StartAsync(
            Answer("application/json", """{ "is": "plain" }"""u8.ToArray(), ("Content-Encoding", coding)));

        var execution = await CallAsync(
            new { method = "POST", url = shop.Address, retry = new { max_attempts = 3, delay_seconds = 0.01 } });

        Assert.Contains("cannot be read", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Single(shop.Requests);
    }

    [Fact]
    public async Task A_busy_server_is_called_again_although_its_answer_breaks_off()
    {
        var calls = 0;
        await using var shop = await WireServer.StartAsync(async context =>
        {
            if (++calls > 1)
                return;
            context.Response.StatusCode = 503;
            context.Response.ContentLength = 1_000;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            await Task.Delay(50);
            context.Abort();
        });

        var execution = await CallAsync(
            new { method = "POST", url = shop.Address, retry = new { max_attempts = 2, delay_seconds = 0.01 } });

        Assert.Equal(("completed", 2), (execution.State, calls));
    }

    [Fact]
    public async Task The_head_of_a_large_file_is_small()
    {
        await using var shop = await WireServer.StartAsync(context =>
        {
            context.Response.ContentLength = 5_000_000_000;
            return Task.CompletedTask;
        });

        var execution = await CallAsync(new { method = "HEAD", url = shop.Address });

        Assert.Equal("completed", execution.State);
        var output = execution["outputs"].GetProperty("call");
        Assert.Equal(JsonValueKind.Null, output.GetProperty("body").ValueKind);
        Assert.Equal("5000000000", output.GetProperty("headers").GetProperty("content-length").GetString());
    }

    [Theory]
    [InlineData("99999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_wait_without_end_is_bounded(string retryAfter)
    {
        await using var shop = await WireServer.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });
        var id = await api.Client.StartFileAsync(new Drawing("busy").Node("call", "http_request", new { url = shop.Address }).ToFile());
        await api.Client.UntilAsync(id, "call", "pending");

        var wakeAt = (await api.Database.QueryAsync<DateTime>("SELECT wake_at FROM agent_jobs WHERE execution_id = $1", id)).Single();

        Assert.InRange(wakeAt - DateTime.UtcNow, TimeSpan.FromDays(6), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task A_call_says_who_makes_it_unless_its_author_does()
    {
        await using var shop = await WireServer.StartAsync(_ => Task.CompletedTask);

        await CallAsync(new { url = shop.Address });
        await CallAsync(new { url = shop.Address, headers = new Dictionary<string, string> { ["user-agent"] = "mine (not/quite right" } });

        Assert.StartsWith("WorkflowFunctions/", shop.Requests[0].Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("mine (not/quite right", shop.Requests[1].Headers["User-Agent"]);
    }

    [Fact]
    public async Task A_user_in_the_address_is_sent_as_basic_authentication_and_shown_to_nobody()
    {
        await using var shop = await WireServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/no" ? 403 : 200;
            return Task.CompletedTask;
        });
        var address = shop.Address.Replace("http://", "http://ada:p%40ss:w%C3%B6rd@", StringComparison.Ordinal);

        await CallAsync(new { url = address + "/a?b=c", query = new { d = 1 } });
        await CallAsync(new { url = address, headers = new Dictionary<string, string> { ["Authorization"] = "Bearer own" } });
        var refused = await CallAsync(new { url = address + "/no" });

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:p@ss:wörd")), shop.Requests[0].Headers["Authorization"]);
        Assert.Equal("Bearer own", shop.Requests[1].Headers["Authorization"]);
        Assert.DoesNotContain("ada", refused["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Name", "Grüße")]
    [InlineData("X-Name", "one\r\nX-Other: two")]
    [InlineData("X Name", "value")]
    [InlineData("", "value")]
    public async Task A_header_that_cannot_be_sent_fails_at_once(string name, string value)
    {
        await using var shop = await WireServer.StartAsync(_ => Task.CompletedTask);

        var execution = await CallAsync(
            new
            {
                url = shop.Address,
                headers = new Dictionary<string, string> { [name] = value },
                retry = new { max_attempts = 5, delay_seconds = 60 },
            });

        Assert.Equal("failed", execution.State);
        Assert.Contains("cannot be sent", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Empty(shop.Requests);
    }

    [Fact]
    public async Task Headers_that_people_write_are_sent()
    {
        await using var shop = await WireServer.StartAsync(_ => Task.CompletedTask);

        var execution = await CallAsync(new
        {
            method = "POST",
            url = shop.Address,
            headers = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer abc\n",
                ["If-None-Match"] = "abc",
                ["Expires"] = "never",
                ["content-type"] = "application/x-own",
                ["Content-Length"] = "3",
            },
            body = new { a = 1 },
        });

        Assert.Equal("completed", execution.State);
        var headers = Assert.Single(shop.Requests).Headers;
        Assert.Equal(
            ("Bearer abc", "abc", "never", "application/x-own"),
            (headers["Authorization"], headers["If-None-Match"], headers["Expires"], headers["Content-Type"]));
    }

    [Fact]
    public async Task A_redirect_in_a_circle_says_so_at_once()
    {
        await using var shop = await WireServer.StartAsync(context =>
        {
            context.Response.Redirect(context.Request.Path == "/a" ? "/b" : "/a");
            return Task.CompletedTask;
        });

        var execution = await CallAsync(new { url = shop.Address + "/a", retry = new { max_attempts = 5, delay_seconds = 60 } });

        Assert.Contains("redirects more than", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, execution["jobs"][0].GetProperty("attempt").GetInt32());
    }

    [Theory]
    [InlineData("1e200000")]
    [InlineData("-1E+999999999")]
    [InlineData("1e-20000")]
    public async Task A_number_that_PostgreSQL_cannot_store_is_named_in_a_sentence(string number)
    {
        await using var shop = await WireServer.StartAsync(Answer("application/json", Encoding.UTF8.GetBytes($$"""{"n":{{number}}}""")));

        var execution = await CallAsync(
            new { method = "POST", url = shop.Address, retry = new { max_attempts = 3, delay_seconds = 0.01 } });

        Assert.Equal("failed", execution.State);
        Assert.Contains("larger than PostgreSQL can store", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("22003", execution["error_message"].GetString(), StringComparison.Ordinal);
        Assert.Single(shop.Requests);
    }

    [Fact]
    public async Task A_number_that_is_only_large_is_handed_on_with_its_digits()
    {
        await using var shop = await WireServer.StartAsync(
            Answer("application/json", """{"n":1e400,"m":12345678901234567890123456789012345678901234567890.5}"""u8.ToArray()));

        var execution = await RunAsync(new Drawing("large")
            .Node("call", "http_request", new { url = shop.Address })
            .Node("end", "output", new { value = new { n = "{{ nodes.call.body.n }}", m = "{{ nodes.call.body.m }}" } }, "call"));

        Assert.Equal("completed", execution.State);
        Assert.Equal(
            "12345678901234567890123456789012345678901234567890.5", execution["outputs"].GetProperty("end").GetProperty("m").GetRawText());
    }

    private async Task<JsonElement> BodyAsync(string? type, byte[] body, params (string Name, string Value)[] headers)
    {
        await using var shop = await WireServer.StartAsync(Answer(type, body, headers));
        var execution = await CallAsync(
            new { method = "POST", url = shop.Address, retry = new { max_attempts = 3, delay_seconds = 0.01 } });
        Assert.Equal((null, "completed"), (execution["error_message"].GetString(), execution.State));
        Assert.Single(shop.Requests);
        return execution["outputs"].GetProperty("call").GetProperty("body");
    }

    private Task<ApiAnswer> CallAsync(object settings) => RunAsync(new Drawing("call").Node("call", "http_request", settings));

    private async Task<ApiAnswer> RunAsync(Drawing drawing) =>
        await api.Client.RestAsync(await api.Client.StartFileAsync(drawing.ToFile()));

    private static RequestDelegate Answer(string? type, byte[] body, params (string Name, string Value)[] headers) => async context =>
    {
        if (type is not null)
            context.Response.Headers.ContentType = type;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        await context.Response.Body.WriteAsync(body);
    };

    private static Encoding EncodingOf(string charset) =>
        CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
}
