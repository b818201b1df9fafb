using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using WorkflowFunctions.Tests.Conformance;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Batches;

/// <summary>What is sent as the rows of a batch, and what becomes of it.</summary>
public class BatchUploadTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Csv = "text/csv";
    private const string Lines = "application/x-ndjson";
    private const string Array = "application/json";

    /// <summary>
    /// Rows that are wrong: the media type, the rows, and each thing that is wrong as its line, its pointer and a piece of what is said.
    /// </summary>
    public static TheoryData<string, string, string[]> Wrong() =>
        new()
        {
            { Csv, "topic,count\ntea,1\nrain,many\nsea,3\n", ["3 /1/count 'many' is not a number"] },
            { Csv, "topic,ready\ntea,true\nrain,yes\n", ["3 /1/ready 'yes' is not true or false"] },
            { Csv, "topic,tags\ntea,[1]\nrain,x\nsea,{}\n", ["3 /1/tags is not an array in JSON", "4 /2/tags is not an array"] },
            {
                Csv,
                "topic,count\ntea\nrain,1,2\nsea,3\n",
                ["2 /0 1 field, and there are 2 columns", "3 /1 3 fields, and there are 2 columns"]
            },
            { Csv, "topic,count\n\"tea\" leaf,1\nrain\"y,2\nsea,3\n", ["2  has a quote", "3  has a quote"] },
            { Csv, "topic,count\n\"a\nb\",1\n\nsea,x\n", ["5 /1/count 'x' is not a number"] },
            { Csv, "topic,count\ntea,1\n\"never closed,2\nsea,3\n", ["3  quote that is not closed"] },
            { Csv, "topic,topic\ntea,1\n", ["1  two columns are called 'topic'"] },
            { Csv, "topic,\ntea,1\n", ["1  a column has no name"] },
            { Csv, "", ["0  There are no rows"] },
            { Csv, "topic,count\n", ["0  There are no rows"] },
            {
                Lines,
                "{\"topic\":\"tea\"}\n\n{\"topic\":7}\n{\"count\":\"1\"}\n",
                ["3 /1/topic 7 is not text", "4 /2/count \"1\" is not a number"]
            },
            {
                Lines,
                "{\"topic\":\"tea\"}\n{\"topic\":\n[1]\n{\"topic\":\"a\",\"topic\":\"b\"}\n",
                ["2 /1 not valid JSON at line 2", "3 /2 Line 3 is not an object", "4 /3/topic given twice"]
            },
            { Lines, "{\"topic\":\"a\\u0000b\"}\n", ["1 /0/topic NUL"] },
            { Lines, "\n\n", ["0  There are no rows"] },
            {
                Array,
                "[{\"topic\":\"tea\"},{\"topic\":1},3]",
                ["0 /1/topic Row 2, column 'topic': 1 is not text", "0 /2 Row 3 is not an object"]
            },
            { Array, "[{\"topic\":\"tea\"},\n{\"topic\":", ["2  not an array of objects in JSON from line 2"] },
            { Array, "{\"topic\":\"tea\"}", ["1  not an array of objects"] },
            { Array, "[]", ["0  There are no rows"] },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_named_by_line_and_nothing_is_kept(string mediaType, string rows, string[] expected)
    {
        var template = await TemplateAsync();
        var refused = await api.Client.SendRowsAsync(template, mediaType, rows);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        AssertErrors(expected, refused["errors"]);
        Assert.Equal(
            0L, (await api.Database.QueryAsync<long>("SELECT count(*) FROM workflow_batches WHERE template_id = $1", template)).Single());
        var check = await api.Client.SendRowsAsync(template, mediaType, rows, path: "/api/batches/check");
        Assert.Equal(HttpStatusCode.OK, check.Status);
        AssertErrors(expected, check["errors"]);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_named_by_line()
    {
        var template = await TemplateAsync();
        var rows = Encoding.Latin1.GetBytes("topic,count\ntea,1\nKöln,2\n");
        Assert.Equal([3], (await api.Client.SendRowsAsync(template, Csv, rows))["errors"].EnumerateArray().Select(Line));
        rows = Encoding.Latin1.GetBytes("{\"topic\":\"tea\"}\n{\"topic\":\"Köln\"}\n");
        Assert.Equal([2], (await api.Client.SendRowsAsync(template, Lines, rows))["errors"].EnumerateArray().Select(Line));
    }

    [Theory]
    [InlineData(Csv, "\uFEFFtopic;count;ready\r\n\"tea; green\";2.5;true\r\nrain;;\r\n")]
    [InlineData(Csv, "ready\ttopic\tcount\ntrue\ttea; green\t2.5\n\train\t")]
    [InlineData(Lines, "\uFEFF{\"topic\":\"tea; green\",\"count\":2.5,\"ready\":true}\n{\"topic\":\"rain\",\"count\":null}")]
    [InlineData(Array, "\uFEFF[{\"topic\":\"tea; green\",\"count\":2.5,\"ready\":true},{\"topic\":\"rain\"}]")]
    public async Task Text_becomes_what_the_param_is_and_what_is_not_given_has_its_default(string mediaType, string rows)
    {
        var batch = await api.Client.SendRowsAsync(await TemplateAsync(), mediaType, rows);

        Assert.Equal(HttpStatusCode.Accepted, batch.Status);
        Assert.Equal(2, batch["rows_total"].GetInt32());
        Assert.Equal($"/api/batches/{batch.Id}", batch.Headers.Location!.ToString());
        await api.Client.BatchAsync(batch.Id, row => row.State == "completed");
        var @params = await api.Database.QueryAsync<string>(
            "SELECT (e.config_json -> 'params')::text FROM workflow_batch_rows r JOIN workflow_executions e ON e.id = r.execution_id WHERE "
                + "r.batch_id = $1 ORDER BY r.number", batch.Id);
        Assert.Equal(
            [
                """{"tags": [], "count": 2.5, "ready": true, "topic": "tea; green"}""",
                """{"tags": [], "count": 1, "ready": false, "topic": "rain"}""",
            ],
            @params);
    }

    [Fact]
    public async Task Columns_are_mapped_and_a_column_that_is_not_there_is_named()
    {
        var template = await TemplateAsync();
        const string Rows = "Thema,Zahl,Notiz\nTee,3,x\n";
        var check = await api.Client.SendRowsAsync(template, Csv, Rows, "map=Thema:topic&map=Zahl:count", "/api/batches/check");
        Assert.Equal(
            """[{"name":"Thema","param":"topic","type":"text"},"""
                + """{"name":"Zahl","param":"count","type":"number"},{"name":"Notiz","param":null,"type":null}]""",
            check["columns"].GetRawText());
        Assert.Equal("""{"topic":"Tee","count":3}""", check["rows"][0].GetProperty("params").GetRawText());
        Assert.Equal((1, 0), (check["rows_total"].GetInt32(), check["error_count"].GetInt32()));

        var missing = await api.Client.SendRowsAsync(template, Csv, Rows, "map=Thema:topic&map=Ton:tone");
        Assert.Contains("no column 'Ton'", missing["errors"][0].GetProperty("detail").GetString());
        foreach (var map in new[] { "topic", ":topic", "a:topic&map=b:topic" })
            Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.SendRowsAsync(template, Csv, Rows, $"map={map}")).Status);
    }

    [Fact]
    public async Task What_a_batch_is_to_be_is_checked_before_its_rows()
    {
        var template = await TemplateAsync();
        Assert.Equal(["/template_id"], (await api.Client.SendRowsAsync("nothing", Csv, "a\n1\n")).Pointers);
        Assert.Equal(["/template_id"], (await api.Client.SendRowsAsync("", Csv, "a\n1\n")).Pointers);
        Assert.Equal(["/workspace_id"], (await api.Client.SendRowsAsync(template, Csv, "a\n1\n", "workspace_id=nowhere")).Pointers);
        Assert.Equal(
            ["/config/max_parallel_nodes"],
            (await api.Client.SendRowsAsync(template, Csv, "a\n1\n", "config={\"max_parallel_nodes\":0}")).Pointers);
        foreach (var query in new[]
            {
                "max_parallel=0", "max_parallel=x", "max_parallel=1001", "max_cost_usd=-1", "max_cost_usd=x", "config=[]", "config={",
            })
            Assert.Equal(
                (query, HttpStatusCode.BadRequest), (query, (await api.Client.SendRowsAsync(template, Csv, "a\n1\n", query)).Status));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await api.Client.SendRowsAsync(template, "text/plain", "a\n1\n")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.GetAsync("/api/batches/nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.Client.PostAsync("/api/batches/nothing/retry")).Status);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_taken_and_one_more_is_not()
    {
        var template = await TemplateAsync();
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var writer = new StreamWriter(gzip))
        {
            await writer.WriteLineAsync("topic");
            for (var row = 0; row <= 100_000; row++)
                await writer.WriteLineAsync(row.ToString(CultureInfo.InvariantCulture));
        }

        var body = new ByteArrayContent(compressed.ToArray());
        body.Headers.ContentType = new(Csv);
        body.Headers.ContentEncoding.Add("gzip");
        var check = await api.Client.CallAsync(HttpMethod.Post, $"/api/batches/check?template_id={template}", body, []);
        Assert.Equal(1, check["error_count"].GetInt32());
        Assert.Equal(
            (100_002, "There are more than 100,000 rows."),
            (Line(check["errors"][0]), check["errors"][0].GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task So_much_is_wrong_that_only_the_first_of_it_is_listed()
    {
        var refused = await api.Client.SendRowsAsync(await TemplateAsync(), Csv, "count\n" + string.Concat(Enumerable.Repeat("x\n", 250)));
        Assert.Equal(100, refused["errors"].GetArrayLength());
        Assert.Contains("250 things", refused["detail"].GetString());
    }

    [Fact]
    public async Task A_key_that_is_sent_again_gives_the_same_batch_also_at_once()
    {
        var template = await TemplateAsync();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            api.Client.SendRowsAsync(template, Csv, "topic\ntea\n", headers: ("Idempotency-Key", $"once-{template}"))));
        var again = await api.Client.SendRowsAsync(template, Csv, "topic\nother\nrows\n", headers: ("Idempotency-Key", $"once-{template}"));
        Assert.All(
            [.. both, again],
            answer => Assert.Equal((HttpStatusCode.Accepted, both[0].Id, 1), (answer.Status, answer.Id, answer["rows_total"].GetInt32())));
        // What was refused has used no key.
        var refused = await api.Client.SendRowsAsync(template, Csv, "count\nx\n", headers: ("Idempotency-Key", $"wrong-{template}"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(
            HttpStatusCode.Accepted,
            (await api.Client.SendRowsAsync(template, Csv, "count\n1\n", headers: ("Idempotency-Key", $"wrong-{template}"))).Status);
    }

    private static void AssertErrors(string[] expected, JsonElement errors)
    {
        var actual = errors.EnumerateArray().Select(error =>
            $"{Line(error)} {error.GetProperty("pointer").GetString()} {error.GetProperty("detail").GetString()}").ToList();
        Assert.Equal(expected.Length, actual.Count);
        foreach (var (wanted, got) in expected.Zip(actual))
        {
            var parts = wanted.Split(' ', 3);
            Assert.StartsWith($"{parts[0]} {parts[1]} ", got, StringComparison.Ordinal);
            Assert.Contains(parts[2], got, StringComparison.Ordinal);
        }
    }

    private static int Line(JsonElement error) => error.TryGetProperty("line", out var line) ? line.GetInt32() : 0;

    private Task<string> TemplateAsync() => api.Client.SaveAsync(new
    {
        name = "Typed",
        nodes = new object[] { new { id = "say", type = "transform", data = new { template = "{{ params.topic }}" } } },
        edges = System.Array.Empty<object>(),
        default_params = new { topic = "tea", count = 1, ready = false, tags = System.Array.Empty<string>() },
    });
}
