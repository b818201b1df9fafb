using System.Text.Json;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Api;

public class WorkflowSchemaTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_workflow_file_has_a_schema_that_knows_every_node_type()
    {
        var answer = await api.Client.GetAsync("/api/workflow.schema.json");
        var types = (await api.Client.GetAsync("/api/node-types")).Json.EnumerateArray()
            .Select(type => type.GetProperty("name").GetString()!);

        Assert.Equal("application/schema+json", answer.MediaType);
        Assert.Equal(types, Settings(answer).Keys);
    }

    [Fact]
    public async Task A_setting_may_be_a_template_whatever_its_type_and_a_policy_may_not()
    {
        var image = Settings(await api.Client.GetAsync("/api/workflow.schema.json"))["generate_image"];

        var count = image.GetProperty("properties").GetProperty("count").GetProperty("anyOf");
        Assert.Equal("integer", count[0].GetProperty("type").GetString());
        Assert.Equal("#/$defs/template", count[1].GetProperty("$ref").GetString());
        Assert.Equal("number", image.GetProperty("properties").GetProperty("timeout_seconds").GetProperty("type")[0].GetString());
        Assert.Equal(["prompt"], image.GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
    }

    [Fact]
    public async Task A_file_that_names_the_schema_is_taken()
    {
        var id = await api.Client.SaveAsync(new Dictionary<string, object>
        {
            ["$schema"] = "/api/workflow.schema.json",
            ["name"] = "With a schema",
            ["nodes"] = new[] { new { id = "a", type = "input" } },
        });

        Assert.NotEmpty(id);
    }

    /// <summary>The schemas of <c>data</c> by node type.</summary>
    private static Dictionary<string, JsonElement> Settings(ApiAnswer schema) =>
        schema["properties"].GetProperty("nodes").GetProperty("items").GetProperty("allOf").EnumerateArray().ToDictionary(
            rule => rule.GetProperty("if").GetProperty("properties").GetProperty("type").GetProperty("const").GetString()!,
            rule => rule.GetProperty("then").GetProperty("properties").GetProperty("data"));
}
