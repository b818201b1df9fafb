using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>What someone sends who means harm: each is answered with a problem of the sender's, and the server goes on.</summary>
public partial class HostileInputTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    /// <summary>What breaks SQL that is put together from text, and what breaks out of other languages.</summary>
    private static readonly string[] s_metacharacters =
    [
        "'; DROP TABLE workflow_executions; --", "' OR '1'='1", "\\'; SELECT pg_sleep(60); --", "$1", "@id", ":id", "%", "_",
        "$$; SELECT 1; $$", "a\"b", "{1,2}", "NULL", "*/ SELECT 1 /*", "\\x00", "E'\\\\'", "${jndi:ldap://x}", "<script>alert(1)</script>",
        "../../etc/passwd", "\u202e", "🍵",
    ];

    [Theory]
    [InlineData("[", "]", 100_000)]
    [InlineData("{\"a\":", "1}", 100_000)]
    [InlineData("[[[[", "]]]]", 400_000)]
    public async Task JSON_that_nests_without_end_is_refused(string open, string close, int levels)
    {
        var bomb = string.Concat(Enumerable.Repeat(open, levels / open.Length)) + string.Concat(
            Enumerable.Repeat(close, levels / open.Length));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        foreach (var path in (string[])["/api/templates", "/api/executions", "/api/templates/validate", "/api/schedules", "/api/session"])
            Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.PostJsonAsync(path, bomb)).Status);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000_000);
    }

    [Fact]
    public async Task Defaults_that_multiply_by_reference_stay_as_small_as_they_were_sent()
    {
        // Billion laughs: each param names the one before ten times. Params are values, so nothing is put in.
        var laughs = Enumerable.Range(0, 10).ToDictionary(
            level => $"l{level}", level => level == 0 ? "ha" : string.Concat(Enumerable.Repeat($"{{{{ params.l{level - 1} }}}}", 10)));
        var template = new
        {
            name = "Laughs",
            nodes = new object[] { new { id = "laugh", type = "transform", data = new { fields = new { text = "{{ params.l9 }}" } } } },
            edges = Array.Empty<object>(),
            default_params = laughs,
        };

        var execution = await api.Client.RestAsync(await api.Client.StartAsync(await api.Client.SaveAsync(template)));

        Assert.Equal("completed", execution.State);
        Assert.Equal(laughs["l9"], execution["outputs"].GetProperty("laugh").GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_graph_of_10_000_nodes_is_checked_and_one_more_is_refused()
    {
        static object Chain(int count) => new
        {
            name = "Long",
            nodes = Enumerable.Range(0, count).Select(i => new { id = $"n{i}", type = "merge" }),
            edges = Enumerable.Range(1, count - 1).Select(i => new { id = $"e{i}", source = $"n{i - 1}", target = $"n{i}" }),
        };

        var most = await api.Client.PostAsync("/api/templates/validate", Chain(10_000));
        var tooMany = await api.Client.PostAsync("/api/templates/validate", Chain(10_001));

        Assert.True(most["valid"].GetBoolean());
        Assert.False(tooMany["valid"].GetBoolean());
    }

    [Fact]
    public async Task A_dense_graph_is_answered()
    {
        var edges =
            from target in Enumerable.Range(1, 299)
            from source in Enumerable.Range(0, target)
            select new { id = $"{source}-{target}", source = $"n{source}", target = $"n{target}" };
        var dense = new { name = "Dense", nodes = Enumerable.Range(0, 300).Select(i => new { id = $"n{i}", type = "merge" }), edges };

        Assert.True((await api.Client.PostAsync("/api/templates/validate", dense))["valid"].GetBoolean());
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("(.*a){25}")]
    [InlineData("[")]
    public async Task A_pattern_of_an_author_is_never_run_to_its_end(string pattern)
    {
        var text = new string('a', 5_000) + "!";
        var template = new
        {
            name = "Pattern",
            nodes = new object[]
            {
                new
                {
                    id = "copy",
                    type = "generate_copy",
                    data = new
                    {
                        prompt = text,
                        output_schema = new
                        {
                            type = "object",
                            properties = new { a = new { type = "string", pattern } },
                            required = new[] { "a" },
                        },
                    },
                },
            },
            edges = Array.Empty<object>(),
        };

        var saved = await api.Client.PostAsync("/api/templates", template);

        Assert.True(saved.Status is HttpStatusCode.Created or HttpStatusCode.BadRequest, $"{saved.Status}");
        if (saved.Status == HttpStatusCode.Created && !saved.Json.TryGetProperty("problems", out _))
            Assert.Contains((await api.Client.RestAsync(await api.Client.StartAsync(saved.Id))).State, (string[])["completed", "failed"]);
    }

    [Fact]
    public async Task SQL_metacharacters_are_text_in_every_field_of_a_body()
    {
        foreach (var text in s_metacharacters)
        {
            var template = await api.Client.PostAsync(
                "/api/templates",
                new
                {
                    name = text,
                    description = text,
                    category = text,
                    nodes = new object[]
                    {
                        new
                        {
                            id = text,
                            type = "transform",
                            data = new { label = text, fields = new Dictionary<string, string> { [text] = text } },
                        },
                    },
                    edges = Array.Empty<object>(),
                    default_params = new Dictionary<string, string> { [text] = text },
                });
            Assert.Equal((text, HttpStatusCode.Created), (text, template.Status));
            Assert.Equal(text, (await api.Client.GetAsync($"/api/templates/{template.Id}"))["name"].GetString());

            var started = await api.Client.PostAsync(
                "/api/executions", new { template_id = template.Id, @params = new Dictionary<string, string> { [text] = text } },
                ("Idempotency-Key", Encodable(text)));
            var execution = await api.Client.RestAsync(started.Id);
            Assert.Equal((text, "completed"), (text, execution.State));
            Assert.Equal(text, execution["outputs"].GetProperty(text).GetProperty(text).GetString());

            foreach (var (path, body) in new (string, object)[]
            {
                ("/api/executions", new { template_id = text }),
                ("/api/executions", new { template_id = template.Id, workspace_id = text, project_id = text, user_id = text }),
                ("/api/schedules", new { template_id = text, cron = text, time_zone = text, on_missed = text, workspace_id = text }),
                ("/api/hooks", new { template_id = text, workspace_id = text }),
                ("/api/keys", new { name = text, scope = text, workspaces = new[] { text } }),
                ($"/api/executions/{started.Id}/fork", new { checkpoint_id = text }),
            })
            {
                Assert.Equal((path, text, HttpStatusCode.BadRequest), (path, text, (await api.Client.PostAsync(path, body)).Status));
            }
        }

        Assert.NotEmpty(await api.Database.QueryAsync<string>("SELECT id FROM workflow_executions"));
    }

    [Fact]
    public async Task SQL_metacharacters_are_text_in_every_address_and_parameter()
    {
        var places = await PlacesAsync();
        Assert.Contains(("get", "/api/executions?search={0}"), places);
        Assert.Contains(("post", "/api/executions/{0}/signals/{0}"), places);

        foreach (var (method, place) in places)
        {
            foreach (var text in s_metacharacters)
            {
                var answer = await api.Client.CallAsync(
                    HttpMethod.Parse(method),
                    place.Replace("{0}", Uri.EscapeDataString(text), StringComparison.Ordinal),
                    method is "post" or "put" ? JsonContent.Create(new { }) : null,
                    []);
                Assert.True((int)answer.Status is >= 200 and < 500 and not 429, $"{method} {place} with {text}: {answer.Status}");
                if (answer.Status == HttpStatusCode.OK
                    && place.Contains('?', StringComparison.Ordinal)
                    && answer.Json.ValueKind == JsonValueKind.Object
                    && answer.Json.TryGetProperty("items", out var items))
                {
                    // What is found has the text in it; it has not made the search find something else.
                    Assert.All(
                        items.EnumerateArray(),
                        item =>
                            Assert.Contains(
                                JsonSerializer.Serialize(text)[1..^1], JsonSerializer.Serialize(item), StringComparison.Ordinal));
                }
            }
        }
    }

    /// <summary>Every address of the OpenAPI document with a text in its path, and with a text as each of its parameters.</summary>
    private async Task<IReadOnlyList<(string Method, string Place)>> PlacesAsync() =>
    [
        .. from path in (await api.Client.GetAsync("/openapi/v1.json"))["paths"].EnumerateObject()
           from operation in path.Value.EnumerateObject()
           let inPath = PathParameter().Replace(path.Name, "{0}")
           let elsewhere = PathParameter().Replace(path.Name, "none")
           let parameters = operation.Value.TryGetProperty("parameters", out var given) ? given.EnumerateArray().ToList() : []
           from place in parameters.Where(parameter => parameter.GetProperty("in").GetString() == "query")
               .Select(parameter => $"{elsewhere}?{parameter.GetProperty("name").GetString()}={{0}}")
               .Concat(inPath == path.Name ? [] : [inPath])
           select (operation.Name, place),
    ];

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex PathParameter();

    [Theory]
    [InlineData("GET /api/../../../etc/passwd HTTP/1.1")]
    [InlineData("GET /..%2f..%2f..%2fetc%2fpasswd HTTP/1.1")]
    [InlineData("GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1")]
    [InlineData("GET /assets/..%5c..%5c..%5cetc%5cpasswd HTTP/1.1")]
    [InlineData("GET /api/documents/..%2f..%2fetc%2fpasswd/content HTTP/1.1")]
    [InlineData("GET /api/templates/a%0d%0aSet-Cookie:%20x=y HTTP/1.1")]
    [InlineData("GET /api/executions?cursor=a%0d%0aX-Evil:%20y HTTP/1.1")]
    [InlineData("GET /api/executions/%00 HTTP/1.1")]
    public async Task Neither_files_nor_headers_are_reached_by_an_address(string line)
    {
        var answer = await SendAsync($"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 4", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        var headers = answer.Split("\r\n\r\n")[0];
        Assert.DoesNotMatch("(?im)^(set-cookie|x-evil):", headers);
    }

    [Theory]
    [InlineData("Idempotency-Key: a\0b")]
    [InlineData("Last-Event-ID: 1; DROP TABLE x")]
    [InlineData("If-Match: not an etag")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("X-Api-Key: a\r\n b")]
    public async Task Odd_headers_end_no_differently_than_a_bad_request(string header)
    {
        var answer = await SendAsync("POST /api/executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: "
            + $"close\r\n{header}\r\n\r\n0\r\n\r\n");

        Assert.Matches("^HTTP/1.1 4", answer);
        Assert.Equal(HttpStatusCode.OK, (await api.Client.GetAsync("/api/health/ready")).Status);
    }

    [Fact]
    public async Task A_workflow_puts_no_header_of_its_own_into_another_request()
    {
        var execution = await api.Client.RestAsync(
            await api.Client.StartAsync(
                await api.Client.SaveAsync(
                    new
                    {
                        name = "Smuggle",
                        nodes = new object[]
                        {
                            new
                            {
                                id = "call",
                                type = "http_request",
                                data = new
                                {
                                    url = "http://127.0.0.1:9/",
                                    headers = new Dictionary<string, string> { ["X-A"] = "{{ params.value }}" },
                                    retry = new { max_attempts = 1 },
                                },
                            },
                        },
                        edges = Array.Empty<object>(),
                    }),
                new { value = "a\r\nX-Evil: yes" }));

        Assert.Equal("failed", execution.State);
        Assert.Contains("'X-A' cannot be sent", execution["error_message"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_of_a_start_is_text_too()
    {
        var template = await api.Client.SaveAsync(TestWorkflows.Greeting());
        using var content = JsonContent.Create(new { template_id = template });

        var answer = await api.Client.CallAsync(
            HttpMethod.Post, "/api/executions", content, [("Idempotency-Key", "'; DROP TABLE workflow_executions; --")]);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    private static string Encodable(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, api.Client.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
