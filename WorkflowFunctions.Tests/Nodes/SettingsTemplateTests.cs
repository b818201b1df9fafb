using System.Text.Json;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Tests.Nodes;

public sealed class SettingsTemplateTests
{
    private static readonly ValueScope s_scope = new ValueScope()
        .Set("params", JsonElement.Parse(
            """
            { "five": 5, "text": "5", "yes": true, "word": "yes", "nothing": null, "list": ["a", 1], "map": { "a": 1 }, "huge": "1e40",
              "twice": { "a": 1, "a": 2 }, "half": 0.5, "spaced": " 7 " }
            """))
        .SetNode("node-1", JsonElement.Parse("""{ "ids": ["x", "y"] }"""));

    [Theory]
    [InlineData("generate_copy", """{ "prompt": "{{ params.five }}" }""", """{ "prompt": "5" }""")]
    [InlineData("generate_copy", """{ "prompt": "{{ params.yes }}" }""", """{ "prompt": "true" }""")]
    [InlineData("generate_copy", """{ "prompt": "{{ params.map }}" }""", """{ "prompt": "{\"a\":1}" }""")]
    [InlineData(
        "generate_copy", """{ "prompt": "n{{ params.five }}", "max_tokens": "{{ params.text }}" }""",
        """{ "prompt": "n5", "max_tokens": 5 }""")]
    [InlineData("generate_copy", """{ "prompt": "x", "max_tokens": "{{ params.spaced }}" }""", """{ "prompt": "x", "max_tokens": 7 }""")]
    [InlineData("generate_copy", """{ "prompt": "x", "temperature": "{{ params.half }}" }""", """{ "prompt": "x", "temperature": 0.5 }""")]
    [InlineData(
        "generate_copy", """{ "prompt": "x", "temperature": "{{ params.nothing }}" }""", """{ "prompt": "x", "temperature": null }""")]
    [InlineData(
        "generate_copy", """{ "prompt": "x", "temperature": "{{ params.word }}" }""", """{ "prompt": "x", "temperature": "yes" }""")]
    [InlineData(
        "generate_copy", """{ "prompt": "x", "temperature": "{{ params.huge }}" }""", """{ "prompt": "x", "temperature": "1e40" }""")]
    [InlineData(
        "attach_images", """{ "document_id": "d", "image_ids": "{{ node-1.ids }}" }""",
        """{ "document_id": "d", "image_ids": ["x", "y"] }""")]
    [InlineData(
        "attach_images", """{ "document_id": "d", "image_ids": "{{ params.list }}" }""",
        """{ "document_id": "d", "image_ids": ["a", "1"] }""")]
    [InlineData(
        "attach_images", """{ "document_id": "d", "image_ids": ["{{ node-1.ids[1] }}", "{{ params.five }}"] }""",
        """{ "document_id": "d", "image_ids": ["y", "5"] }""")]
    [InlineData(
        "http_request",
        """{ "url": "http://x.test/{{ params.text }}", "headers": { "N": "{{ params.five }}" }, "query": { "n": "{{ params.five }}" } }""",
        """{ "url": "http://x.test/5", "headers": { "N": "5" }, "query": { "n": 5 } }""")]
    [InlineData(
        "http_request", """{ "url": "http://x.test", "body": { "a": ["{{ params.map }}", "{{ params.text }}", 1] } }""",
        """{ "url": "http://x.test", "body": { "a": [{ "a": 1 }, "5", 1] } }""")]
    [InlineData(
        "transform", """{ "fields": { "a": "{{ params.list }}", "b": { "c": "{{ params.yes }}!" } } }""",
        """{ "fields": { "a": ["a", 1], "b": { "c": "true!" } } }""")]
    [InlineData("transform", """{ "fields": "{{ params.twice }}" }""", """{ "fields": { "a": 2 } }""")]
    [InlineData("transform", """{ "fields": { "a": "{{ params.none | default: 'd' }}" } }""", """{ "fields": { "a": "d" } }""")]
    [InlineData("condition", """{ "if": "params.five > 4" }""", """{ "if": true }""")]
    [InlineData("condition", """{ "if": "params.five > 5" }""", """{ "if": false }""")]
    [InlineData("condition", """{ "if": true }""", """{ "if": true }""")]
    [InlineData("delay", """{ "seconds": "{{ params.text }}" }""", """{ "seconds": 5 }""")]
    [InlineData("output", """{ "value": null }""", """{ "value": null }""")]
    [InlineData("output", """{ "value": "{{ params.nothing }}", "other": "{{ not.a.setting }}" }""", """{ "value": null }""")]
    public void Settings_are_rendered_and_get_the_types_of_the_schema(string type, string data, string expected)
    {
        var template = SettingsTemplate.Compile(RealNodes.Catalog[type].Schema, JsonElement.Parse(data));
        Assert.Empty(template.Problems);
        var rendered = template.Render(s_scope);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), rendered), rendered.GetRawText());
    }

    [Fact]
    public void The_variables_are_listed_with_where_they_stand()
    {
        var template = Compile(
            "transform",
            """{ "fields": { "a/b": ["{{ params.x }}", { "c": "{{ node-1.ids | join: params.y }}" }] }, "other": "{{ z }}" }""");
        Assert.Equal(
            [("params.x", "/fields/a~1b/0"), ("node-1.ids", "/fields/a~1b/1/c"), ("params.y", "/fields/a~1b/1/c")],
            template.Variables.Select(read => (read.Variable.Text, read.Pointer)));
        Assert.False(template.ReadsSecrets);
    }

    [Fact]
    public void Reading_a_secret_is_noticed() =>
        Assert.True(
            Compile(
                "http_request", """{ "url": "http://x.test", "headers": { "Authorization": "Bearer {{ secrets.key }}" } }""").ReadsSecrets);

    [Fact]
    public void Every_broken_template_is_reported_where_it_stands() =>
        Assert.Equal(
            ["/fields/a", "/fields/b/1"],
            Compile("transform", """{ "fields": { "a": "{{ x", "b": ["{{ params.x }}", "{% nonsense %}"] } }""")
                .Problems.Select(problem => problem.Pointer));

    [Fact]
    public void A_missing_variable_is_named() =>
        Assert.Equal(
            "params.none.deeper",
            Assert
                .Throws<MissingVariableException>(() =>
                    Compile("output", """{ "value": [{ "a": "{{ params.none.deeper }}" }] }""").Render(s_scope))
                .Variable);

    private static SettingsTemplate Compile(string type, string data) =>
        SettingsTemplate.Compile(RealNodes.Catalog[type].Schema, JsonElement.Parse(data));
}
