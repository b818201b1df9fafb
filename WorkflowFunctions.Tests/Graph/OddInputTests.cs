using System.Text.Json.Nodes;
using CsCheck;
using static WorkflowFunctions.Tests.Graph.WorkflowText;

namespace WorkflowFunctions.Tests.Graph;

/// <summary>Whatever is sent, the reader answers with a graph or with problems.</summary>
public sealed class OddInputTests
{
    /// <summary>A valid workflow with a node of every type and every setting.</summary>
    private const string EveryType =
        """
        {
          "nodes": [
            { "id": "in", "type": "input" },
            { "id": "1", "type": "default", "data": { "label": "x", "retry": { "max_attempts": 2, "delay_seconds": 1, "backoff": 2, "max_delay_seconds": 9 }, "timeout_seconds": 5, "on_error": "branch", "join": "any" } },
            { "id": "copy", "type": "card", "data": { "node_type": "generate_copy", "prompt": "{{ nodes.1.topic }}", "system": "s", "model": "m", "temperature": 1, "max_tokens": 5, "response_format": "json", "json_schema": { "type": "object" }, "save_document": { "title": "{{ params.t }}" } } },
            { "id": "image", "type": "generate_image", "data": { "prompt": "x", "size": "1024x1024", "count": 2 } },
            { "id": "attach", "type": "attach_images", "data": { "document_id": "{{ copy.document_ids[0] }}", "image_ids": "{{ image.image_ids }}", "primary": 0 } },
            { "id": "http", "type": "http_request", "data": { "method": "POST", "url": "http://x.test", "headers": { "a": "b" }, "query": { "c": 1 }, "body": { "d": ["{{ params.e }}"] }, "expect_status": [200, 201] } },
            { "id": "change", "type": "transform", "data": { "fields": { "a": { "b": "{{ http.body | default: 1 }}" } } } },
            { "id": "if", "type": "condition", "data": { "if": "change.a.b > 1 and params.x == 'y'" } },
            { "id": "case", "type": "switch", "data": { "value": "{{ params.x }}", "cases": ["a", "b"] } },
            { "id": "wait", "type": "delay", "data": { "until": "2030-01-31T09:00:00Z" } },
            { "id": "stop", "type": "fail", "data": { "message": "m" } },
            { "id": "join", "type": "merge" },
            { "id": "out", "type": "output", "data": { "value": ["{{ copy.text }}", null] } }
          ],
          "edges": [
            { "id": "a", "source": "in", "target": "1" }, { "source": "1", "target": "copy", "sourceHandle": "error" },
            { "source": "copy", "target": "image" }, { "source": "image", "target": "attach" }, { "source": "attach", "target": "http" },
            { "source": "http", "target": "change" }, { "source": "change", "target": "if" },
            { "source": "if", "target": "case", "sourceHandle": "true" }, { "source": "if", "target": "stop", "sourceHandle": "false" },
            { "source": "case", "target": "wait", "sourceHandle": "a" }, { "source": "case", "target": "join", "sourceHandle": "default" },
            { "source": "wait", "target": "join" }, { "source": "join", "target": "out" }
          ]
        }
        """;

    /// <summary>JSON that tends to be forgotten.</summary>
    private static readonly Gen<string> s_odd = Gen.OneOf(
        Gen.OneOf(
            "null", "true", "0", "-1", "1.5", "1e400", "-1e-400", "12345678901234567890123", "[]", "{}", "[[]]", "[null]", "\"\"", "\" \"",
            "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "{\"\\ud800\":1}", "{\"a\":1,\"a\":\"{{ x }}\"}", "{\"\":\"\"}", "\"branch\"",
            "\"any\"", "\"error\"", "\"in\"", "\"1\"", "\"out\"", "\"nodes\"", "\"merge\"", "\"condition\"", "\"switch\"", "\"http://\"",
            "\"http://[::1\"", "\"9999-99-99\"", "\"0x0\"", "\"99999999999x1\""),
        Gen.OneOf(
                "{{", "}}", "{%", "%}", "{{ }}", "{{ | }}", "{{ nodes }}", "{{ nodes. }}", "{{ nodes[ }}", "{{ nodes[nodes] | json }}",
                "{{ in }}", "{{ 'x }}", "{% if %}", "{% if in.x %}", "{% endif %}", "{% for %}", "{% for a in b", "{% raw %}{{",
                "{% assign a = %}{{ a }}", "{% case in %}{% when %}{% endcase %}", "{{ a | b: c, }}", "{{ params.x | date: 'é' }}", "and",
                "a ==", "== a", "(1..99999999999)", "a contains", "params.x > ", "{{-}}", "{{ a.b.c | default }}", "{{ \"\\\" }}")
            .Array[1, 4]
            .Select(parts => JsonValue.Create(string.Concat(parts)).ToJsonString()),
        Gen.String.Select(text => JsonValue.Create(text).ToJsonString()));

    [Fact]
    public void The_workflow_that_is_altered_below_is_valid() => Assert.Empty(Read(EveryType).Problems);

    [Fact]
    public void A_workflow_with_odd_values_in_it_is_read_or_refused() =>
        Gen.Select(Gen.Int[0, 1_000], s_odd)
            .Array[1, 4]
            .Sample(
                changes =>
                {
                    var (plan, problems) = Plan(Alter(EveryType, changes));
                    Assert.Equal(plan is null, problems.Count > 0);
                    Assert.All(
                        problems,
                        problem => Assert.False(string.IsNullOrWhiteSpace(problem.Detail) || string.IsNullOrWhiteSpace(problem.Expected)));
                },
                iter: 1_500);

    [Fact]
    public void A_file_of_odd_values_alone_is_refused() =>
        Gen.Select(s_odd.Array[0, 3], s_odd.Array[0, 3], Gen.Bool).Sample(
            (nodes, edges, areLists) => Assert.NotEmpty(Read(areLists
                ? $$"""{ "nodes": [{{string.Join(',', nodes)}}], "edges": [{{string.Join(',', edges)}}] }"""
                : $$"""{ "nodes": {{nodes.FirstOrDefault("null")}}, "edges": {{edges.FirstOrDefault("null")}} }""").Problems),
            iter: 1_000);

    [Theory]
    [InlineData("""{ "id": "n", "type": "output", "data": { "value": ["\ud800"] } }""", "/nodes/0/data/value/0")]
    [InlineData("""{ "id": "n", "type": "output", "data": { "value": { "a/b": "x\u0000" } } }""", "/nodes/0/data/value/a~1b")]
    [InlineData("""{ "id": "n", "type": "output", "style": { "\udc00": 1 } }""", "/nodes/0/style")]
    [InlineData("""{ "id": "\ud83d", "type": "output" }""", "/nodes/0/id")]
    public void Text_that_cannot_be_stored_is_refused(string node, string pointer) =>
        Assert.Equal(pointer, Assert.Single(ReadInvalid(node)).Pointer);

    [Fact]
    public void Escapes_of_whole_characters_are_taken() =>
        Assert.Equal("😀 \\u0000", ReadValid("""{ "id": "n", "type": "input", "data": { "label": "\ud83d\ude00 \\u0000" } }""")["n"].Label);

    /// <summary>Puts values in the place of others: of the n-th value of the file, counted through objects and arrays.</summary>
    private static string Alter(string json, (int Place, string Value)[] changes)
    {
        var root = JsonNode.Parse(json)!;
        var marks = new List<(string Mark, string Value)>();
        foreach (var (place, value) in changes)
        {
            var places = Places(root).ToList();
            var mark = $"mark-{marks.Count}-";
            places[place % places.Count](mark);
            marks.Add((mark, value));
        }

        var altered = root.ToJsonString();
        foreach (var (mark, value) in marks)
            altered = altered.Replace($"\"{mark}\"", value, StringComparison.Ordinal);
        return altered;
    }

    private static IEnumerable<Action<string>> Places(JsonNode? node) => node switch
    {
        JsonObject json => json.ToList().SelectMany(member => Places(member.Value).Prepend(mark => json[member.Key] = mark)),
        JsonArray list => Enumerable.Range(0, list.Count).SelectMany(index => Places(list[index]).Prepend(mark => list[index] = mark)),
        _ => [],
    };
}
