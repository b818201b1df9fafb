using System.Text.Json.Nodes;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Tests.Nodes;

public sealed class SettingsSchemaTests
{
    public static TheoryData<string> Types => [.. RealNodes.Catalog.Types.Select(type => type.Name)];

    [Fact]
    public void The_built_in_types_are_registered() =>
        Assert.Equal(
            [
                "approval", "attach_images", "condition", "default", "delay", "fail", "for_each", "generate_copy", "generate_image",
                "http_request", "input", "merge", "output", "sub_workflow", "switch", "task", "transform", "wait_for_signal",
            ],
            RealNodes.Catalog.Names);

    [Theory, MemberData(nameof(Types))]
    public void A_type_says_what_it_does_and_what_each_setting_means(string name)
    {
        var type = RealNodes.Catalog[name];
        Assert.Equal(name, type.Name);
        Assert.Matches(@"^[A-Z].*\.$", type.Description);
        Assert.All(type.Schema.Names, setting => Assert.Matches("^[a-z]+(_[a-z]+)*$", setting));
        Assert.All(type.Schema.Names, setting => Assert.NotEqual("", (string?)Setting(type, setting)["description"] ?? ""));
    }

    [Theory]
    [InlineData("attach_images", "document_id image_ids", "primary")]
    [InlineData("condition", "if", "")]
    [InlineData("default", "", "")]
    [InlineData("delay", "", "seconds until")]
    [InlineData("fail", "message", "")]
    [InlineData("generate_copy", "prompt", "system model temperature max_tokens response_format json_schema save_document")]
    [InlineData("generate_image", "prompt", "model size count")]
    [InlineData("http_request", "url", "method headers query body expect_status")]
    [InlineData("input", "", "params")]
    [InlineData("merge", "", "")]
    [InlineData("output", "", "value")]
    [InlineData("switch", "value cases", "")]
    [InlineData("transform", "", "fields template")]
    public void The_settings_are_those_of_the_format(string name, string required, string optional)
    {
        var schema = RealNodes.Catalog[name].Schema;
        var needed = (schema.ToJson()["required"] as JsonArray)?.Select(item => (string)item!) ?? [];
        Assert.Equal(Words(required), needed.Order());
        Assert.Equal(Words($"{required} {optional}"), schema.Names.Order());
    }

    [Theory]
    [InlineData("generate_copy", "prompt", """{"type":"string","minLength":1,"format":"multiline"}""")]
    [InlineData("generate_copy", "temperature", """{"type":["number","null"],"minimum":0,"maximum":2}""")]
    [InlineData("generate_copy", "max_tokens", """{"type":["integer","null"],"minimum":1,"maximum":1000000}""")]
    [InlineData("generate_copy", "response_format", """{"type":"string","enum":["text","json"],"default":"text"}""")]
    [InlineData("generate_copy", "json_schema", "{}")]
    [InlineData("generate_image", "count", """{"type":"integer","minimum":1,"maximum":10,"default":1}""")]
    [InlineData("attach_images", "image_ids", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("http_request", "headers", """{"type":["object","null"],"additionalProperties":{"type":"string"}}""")]
    [InlineData("condition", "if", """{"type":"string","format":"liquid-condition"}""")]
    [InlineData("switch", "cases", """{"type":"array","items":{"type":"string"},"minItems":1}""")]
    [InlineData("output", "value", "{}")]
    public void A_setting_has_its_type_and_bounds(string name, string setting, string expected)
    {
        var schema = Setting(RealNodes.Catalog[name], setting);
        schema.Remove("description");
        var wanted = JsonNode.Parse(expected)!.AsObject();
        // A default is for editors; a schema need not name it.
        if (!schema.ContainsKey("default"))
            wanted.Remove("default");
        Assert.True(JsonNode.DeepEquals(wanted, schema), schema.ToJsonString());
    }

    [Fact]
    public void The_policy_has_the_settings_and_bounds_of_the_format()
    {
        var schema = NodePolicy.Schema.ToJson();
        Assert.Equal(["label", "retry", "timeout_seconds", "on_error", "cache", "join"], NodePolicy.Schema.Names);
        Assert.Null(schema["required"]);
        Assert.Equal("""["fail","continue","branch"]""", schema["properties"]!["on_error"]!["enum"]!.ToJsonString());
        Assert.Equal("""["all","any"]""", schema["properties"]!["join"]!["enum"]!.ToJsonString());
        Assert.Equal(
            ["max_attempts", "delay_seconds", "backoff", "max_delay_seconds"],
            schema["properties"]!["retry"]!["properties"]!.AsObject().Select(property => property.Key));
    }

    [Fact]
    public void A_copy_of_a_schema_can_be_altered_without_harm()
    {
        var schema = RealNodes.Catalog["fail"].Schema;
        schema.ToJson()["properties"]!.AsObject().Clear();
        Assert.Equal(["message"], schema.Names);
    }

    [Fact]
    public void The_settings_of_an_execution_have_descriptions() =>
        Assert.All(
            ExecutionConfig.Schema.ToJson()["properties"]!.AsObject(),
            property => Assert.NotEqual("", (string?)property.Value!["description"] ?? ""));

    private static JsonObject Setting(NodeType type, string name) => type.Schema.ToJson()["properties"]![name]!.AsObject();

    private static IEnumerable<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order();
}
