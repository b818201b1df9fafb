using System.Text.Json;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class OfflineCopyTests
{
    private static readonly CopyRequest s_tea = new() { Prompt = "Write a launch post for Sencha green tea. Keep it short." };

    [Fact]
    public async Task The_same_request_always_gets_the_same_free_answer_about_its_prompt()
    {
        var copy = await GenerateAsync(s_tea);

        Assert.Equal(copy, await GenerateAsync(s_tea));
        Assert.Contains("Write a launch post for Sencha green tea", copy.Text, StringComparison.Ordinal);
        Assert.Equal(("offline", 0m), (copy.Model, copy.Used.CostUsd));
        Assert.Equal((s_tea.Prompt.Length + 3) / 4, copy.Used.InputTokens);
        Assert.Equal((copy.Text.Length + 3) / 4, copy.Used.OutputTokens);
    }

    [Fact]
    public async Task The_answer_is_the_known_one_so_that_records_of_other_machines_compare()
    {
        const string expected =
            "Meet Sencha green tea\n\n"
            + "People remember what is said simply. The brief was “Write a launch post for Sencha green tea”. "
            + "Ask anyone who has tried it: Sencha green tea earns its place within a week. "
            + "It fits into an ordinary morning and makes it a better one. "
            + "You will notice the difference in Sencha green tea before anyone has to point it out. "
            + "See for yourself and tell us what you think.";

        Assert.Equal(expected, (await GenerateAsync(s_tea)).Text);
    }

    [Fact]
    public async Task Another_prompt_or_system_message_gets_another_answer()
    {
        var plain = await GenerateAsync(s_tea);
        var withSystem = await GenerateAsync(s_tea with { System = "You love tea." });
        var coffee = await GenerateAsync(s_tea with { Prompt = "Write about coffee" });

        Assert.Equal(3, new[] { plain.Text, withSystem.Text, coffee.Text }.Distinct().Count());
    }

    [Fact]
    public async Task How_long_a_text_is_to_be_is_not_what_it_is_about()
    {
        var copy = await GenerateAsync(s_tea with { Prompt = "Write a post of about 250 words about green tea." });

        Assert.Contains("green tea", copy.Text.Split('\n')[0], StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task Prose_keeps_to_the_most_tokens(int maxTokens)
    {
        var copy = await GenerateAsync(s_tea with { MaxTokens = maxTokens });

        Assert.InRange(copy.Used.OutputTokens, 1, maxTokens);
    }

    [Fact]
    public async Task Json_without_a_schema_is_an_object_even_when_few_tokens_are_allowed()
    {
        var copy = await GenerateAsync(s_tea with { Json = true, MaxTokens = 1 });

        var json = JsonElement.Parse(copy.Text);
        Assert.NotEmpty(json.GetProperty("title").GetString()!);
        Assert.Equal(["Sencha", "green", "tea"], json.GetProperty("keywords").EnumerateArray().Select(word => word.GetString()));
    }

    [Fact]
    public async Task Json_follows_its_schema()
    {
        var json = await SampleAsync("""
            {
              "type": "object",
              "properties": {
                "headline": { "type": "string", "maxLength": 12 },
                "body": { "type": ["null", "string"], "minLength": 200 },
                "tone": { "enum": ["warm", "bold"] },
                "version": { "const": 3 },
                "score": { "type": "number", "minimum": 0, "exclusiveMaximum": 1 },
                "words": { "type": "integer", "minimum": 5, "maximum": 6 },
                "even": { "type": "integer", "exclusiveMinimum": 10, "maximum": 13, "multipleOf": 2 },
                "low": { "type": "integer", "maximum": -5 },
                "tags": { "type": "array", "items": { "type": "string" }, "minItems": 4, "uniqueItems": true },
                "pair": { "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "boolean" }], "maxItems": 2 },
                "when": { "type": "string", "format": "date-time" },
                "link": { "type": "string", "format": "uri" },
                "id": { "type": "string", "format": "uuid" },
                "code": { "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["TEA"] },
                "author": { "$ref": "#/$defs/person" },
                "either": { "anyOf": [{ "type": "integer" }, { "type": "string" }] },
                "both": { "allOf": [{ "properties": { "a": { "type": "boolean" } } }, { "required": ["b"] }], "type": "object" }
              },
              "required": ["headline", "extra"],
              "additionalProperties": { "type": "integer" },
              "$defs": {
                "person": {
                  "type": "object",
                  "properties": { "name": { "type": "string" }, "friend": { "$ref": "#/$defs/person" } },
                  "required": ["name"]
                }
              }
            }
            """);

        Assert.InRange(json.GetProperty("headline").GetString()!.Length, 1, 12);
        Assert.True(json.GetProperty("body").GetString()!.Length >= 200);
        Assert.True(json.GetProperty("tone").GetString() is "warm" or "bold");
        Assert.Equal(3, json.GetProperty("version").GetInt32());
        Assert.InRange(json.GetProperty("score").GetDouble(), 0, 0.999999);
        Assert.InRange(json.GetProperty("words").GetInt32(), 5, 6);
        Assert.Equal(12, json.GetProperty("even").GetInt32());
        Assert.True(json.GetProperty("low").GetInt32() <= -5);
        Assert.Equal(4, json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).Distinct().Count());
        Assert.Equal(JsonValueKind.Number, json.GetProperty("pair")[0].ValueKind);
        Assert.True(json.GetProperty("pair")[1].ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal(2, json.GetProperty("pair").GetArrayLength());
        Assert.True(json.GetProperty("when").TryGetDateTimeOffset(out _));
        Assert.True(Uri.TryCreate(json.GetProperty("link").GetString(), UriKind.Absolute, out _));
        Assert.True(json.GetProperty("id").TryGetGuid(out _));
        Assert.Equal("TEA", json.GetProperty("code").GetString());
        Assert.NotEmpty(json.GetProperty("author").GetProperty("friend").GetProperty("name").GetString()!);
        Assert.Equal(JsonValueKind.Number, json.GetProperty("either").ValueKind);
        Assert.True(json.GetProperty("both").TryGetProperty("a", out _) && json.GetProperty("both").TryGetProperty("b", out _));
        Assert.Equal(JsonValueKind.Number, json.GetProperty("extra").ValueKind);
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":3,"maxItems":3}""", JsonValueKind.Array)]
    [InlineData("""{"type":"null"}""", JsonValueKind.Null)]
    [InlineData("true", JsonValueKind.String)]
    [InlineData("{}", JsonValueKind.String)]
    public async Task A_schema_need_not_be_of_an_object(string schema, JsonValueKind kind)
    {
        Assert.Equal(kind, (await SampleAsync(schema)).ValueKind);
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/missing"}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","properties":{"child":{"$ref":"#"}},"required":["child"]}""")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""")]
    [InlineData("""{"type":"array","items":{"enum":[1,2]},"minItems":3,"uniqueItems":true}""")]
    [InlineData("""{"type":"array","minItems":2000000000}""")]
    [InlineData("""{"type":"object","properties":{"a":false},"required":["a"]}""")]
    public async Task A_schema_that_cannot_be_followed_fails_for_good(string schema)
    {
        var failure = await Assert.ThrowsAsync<ModelException>(() => SampleAsync(schema));

        Assert.False(failure.IsTransient);
        Assert.Contains("JSON Schema", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> SampleAsync(string schema) =>
        JsonElement.Parse((await GenerateAsync(s_tea with { JsonSchema = JsonElement.Parse(schema) })).Text);

    private static async Task<GeneratedCopy> GenerateAsync(CopyRequest request)
    {
        using var models = ModelSetup.Empty();
        return await models.Copy.GenerateAsync(request, TestContext.Current.CancellationToken);
    }
}
