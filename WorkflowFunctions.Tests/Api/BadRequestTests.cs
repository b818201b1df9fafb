using System.Net;
using System.Text;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class BadRequestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int MaxBytes = 5_000_000;

    public static TheoryData<string, string> Malformed => new()
    {
        { """{ "name": "a",""" + "\n" + """  "nodes": [ }""", "line 2, byte 14" },
        { "", "at line 1" },
        { "{} x", "line 1" },
        { "{'name': 1}", "line 1" },
        { """{"a":01}""", "line 1" },
        { "\"a\tb\"", "line 1" },
        { new string('[', 65) + new string(']', 65), "64" },
        { new string('[', 1_000_000), "64" },
        { string.Concat(Enumerable.Repeat("""{"a":""", 100)), "64" },
    };

    public static TheoryData<string, string> Refused => new()
    {
        { "null", "" },
        { "[]", "" },
        { "7", "" },
        { """{"template_id":7}""", "/template_id" },
        { """{"template_id":null}""", "/template_id" },
        { """{"template_id":"t","params":[]}""", "/params" },
        { """{"template_id":"t","config":"x"}""", "/config" },
        { """{"template_id":"t","user_id":{}}""", "/user_id" },
        { """{"template_id":"t","template_id":"u"}""", "/template_id" },
        { """{"template_id":"t","params":{"a":[1,{"b":1,"b":2}]}}""", "/params/a/1/b" },
        { """{"template_id":"t\u0000"}""", "/template_id" },
        { """{"template_id":"t","params":{"a/b~":["x","\u0000"]}}""", "/params/a~1b~0/1" },
        { """{"template_id":"t","params":{"a":"\ud83d"}}""", "/params/a" },
        { """{"template_id":"t","params":{"a":"\udc00\ud800"}}""", "/params/a" },
        { """{"template_id":"t","params":{"a":1e309}}""", "/params/a" },
        { """{"template_id":"t","params":{"a":1e-9999999999}}""", "/params/a" },
    };

    public static TheoryData<string> BadQueries =>
        new()
        {
            "/api/templates?limit=0", "/api/templates?limit=-1", "/api/templates?limit=201", "/api/templates?limit=ten",
            "/api/templates?limit=1.5", "/api/templates?limit=99999999999", "/api/templates?limit=", "/api/templates?limit=1&limit=2",
            "/api/templates?cursor=x", "/api/templates?cursor=", "/api/templates?cursor=%00", "/api/templates?category=%00",
            "/api/templates?cursor=LTUgYQ==", "/api/executions?workspace_id=a%00b", "/api/executions?status=done",
            "/api/executions?limit=x", "/api/executions?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5IGE=", "/api/executions?x%00=1",
            "/api/executions/x?wait=-1", "/api/executions/x?wait=61", "/api/executions/x?wait=soon", "/api/executions/x?wait=1e1",
            "/api/executions/x/events?after=-1", "/api/executions/x/events?after=x", "/api/executions/x/events?after=9223372036854775808",
            "/api/executions/x/events?limit=1001", "/api/executions/x/checkpoints?limit=0",
        };

    [Theory, MemberData(nameof(Malformed))]
    public async Task What_is_not_JSON_is_refused_with_its_place(string body, string place)
    {
        // An empty body stands for an empty object; a blank one is not JSON.
        var answer = await api.Client.PostJsonAsync("/api/templates", body.Length == 0 ? " " : body);

        AssertProblem(answer, HttpStatusCode.BadRequest);
        Assert.Contains(place, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task What_is_JSON_but_wrong_is_refused_with_its_pointer(string body, string pointer)
    {
        var answer = await api.Client.PostJsonAsync("/api/executions", body);

        AssertProblem(answer, HttpStatusCode.BadRequest);
        Assert.Contains(pointer, answer.Pointers);
    }

    [Theory, MemberData(nameof(BadQueries))]
    public async Task A_query_that_is_wrong_is_refused_and_its_parameter_named(string path)
    {
        var answer = await api.Client.GetAsync(path);

        AssertProblem(answer, HttpStatusCode.BadRequest);
        var parameter = path.Split('?')[1].Split('=')[0];
        Assert.Contains(
            path.Contains("%00", StringComparison.Ordinal) ? "query" : parameter, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\xff\xfe")]
    [InlineData("\xed\xa0\x80")]
    [InlineData("\xc0\x80")]
    public async Task Bytes_that_are_not_UTF_8_are_refused(string bytes)
    {
        var body = new ByteArrayContent([.. "{\"template_id\":\""u8, .. Encoding.Latin1.GetBytes(bytes), .. "\"}"u8]);
        body.Headers.ContentType = new("application/json");

        AssertProblem(await api.Client.CallAsync(HttpMethod.Post, "/api/executions", body, []), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_media_type_is_refused(string? type)
    {
        var body = new ByteArrayContent("{}"u8.ToArray());
        if (type is not null)
            body.Headers.TryAddWithoutValidation("Content-Type", type);

        AssertProblem(await api.Client.CallAsync(HttpMethod.Post, "/api/executions", body, []), HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_body_of_the_largest_size_is_taken_and_a_larger_one_is_not()
    {
        const string start = """{"name":"Large","nodes":[{"id":"a","type":"merge","data":{"label":""";
        const string end = "\"}}]}";
        var fits = start + "\"" + new string('x', MaxBytes - start.Length - end.Length - 1) + end;

        Assert.Equal(HttpStatusCode.Created, (await api.Client.PostJsonAsync("/api/templates", fits)).Status);
        AssertProblem(await api.Client.PostJsonAsync("/api/templates", fits + " "), HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData(6_000_000)]
    [InlineData(40_000_000)]
    public async Task A_body_that_is_too_large_is_refused_whether_or_not_it_says_so(int length)
    {
        var bytes = Encoding.UTF8.GetBytes($"\"{new string('x', length)}\"");
        var announced = new ByteArrayContent(bytes);
        var chunked = new StreamContent(new UnknownLength(bytes));
        announced.Headers.ContentType = chunked.Headers.ContentType = new("application/json");

        AssertProblem(await api.Client.CallAsync(HttpMethod.Post, "/api/templates", announced, []), HttpStatusCode.RequestEntityTooLarge);
        AssertProblem(await api.Client.CallAsync(HttpMethod.Post, "/api/templates", chunked, []), HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%00b")]
    public async Task A_NUL_in_a_path_is_refused(string id)
    {
        using var response = await api.Client.Http.GetAsync($"/api/executions/{id}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("..%2f..%2fetc")]
    [InlineData("%ED%A0%80")]
    [InlineData("%FF")]
    [InlineData("%25")]
    [InlineData("%E2%98%95")]
    [InlineData("'%20OR%201=1--")]
    [InlineData("%0d%0aX:%201")]
    public async Task Ids_with_odd_characters_are_looked_for_and_not_found(string id)
    {
        foreach (var path in (string[])
                [$"/api/executions/{id}", $"/api/templates/{id}", $"/api/documents/{id}/content", $"/api/executions/{id}/events"])
            AssertProblem(await api.Client.GetAsync(path), HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task An_idempotency_key_has_1_to_255_characters(int length)
    {
        var templateId = await api.Client.SaveAsync(TestWorkflows.Greeting());
        var value = new string('k', length);

        AssertProblem(
            await api.Client.PostAsync("/api/executions", new { template_id = templateId }, ("Idempotency-Key", value)),
            HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Addresses_and_methods_that_do_not_exist_are_told()
    {
        AssertProblem(await api.Client.GetAsync("/api/nothing"), HttpStatusCode.NotFound);
        AssertProblem(await api.Client.CallAsync(HttpMethod.Patch, "/api/templates", null, []), HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task The_deepest_JSON_that_is_taken_comes_back_in_the_record()
    {
        var templateId = await api.Client.SaveAsync(new { name = "Deep", nodes = new[] { new { id = "a", type = "input" } } });
        var nested = new string('[', 62) + new string(']', 62);
        var deep = $$"""{ "template_id": "{{templateId}}", "params": { "a": {{nested}} } }""";

        var accepted = await api.Client.PostJsonAsync("/api/executions", deep);
        var ended = await api.Client.RestAsync(accepted.Id);

        Assert.Equal("completed", ended.State);
        Assert.StartsWith("{\"a\":[[[", ended["outputs"].GetProperty("a").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync($"/api/executions/{accepted.Id}/checkpoints")).Status);
    }

    private static void AssertProblem(ApiAnswer answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Equal((int)status, answer["status"].GetInt32());
        Assert.NotEqual("", answer["title"].GetString());
        Assert.NotEqual("", answer["detail"].GetString());
        Assert.StartsWith("/api/", answer["instance"].GetString(), StringComparison.Ordinal);
    }

    /// <summary>A stream that does not say how long it is, so that it is sent in chunks.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
