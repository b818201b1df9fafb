using System.Text.Json;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

public class RemoteCopyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_reaches_the_endpoint_in_openai_format_with_the_bearer_key()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        await models.Copy.GenerateAsync(
            new CopyRequest { Prompt = "Write about tea.", System = "Be brief.", Temperature = 0.7, MaxTokens = 50 }, Ct);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal($"Bearer {ModelSetup.Key}", request.Headers["Authorization"]);
        Assert.Equal("writer", request.Body.GetProperty("model").GetString());
        Assert.Equal(0.7, request.Body.GetProperty("temperature").GetDouble(), 6);
        Assert.Equal(50, request.Body.GetProperty("max_completion_tokens").GetInt32());
        Assert.False(request.Body.TryGetProperty("max_tokens", out _));
        Assert.False(request.Body.TryGetProperty("response_format", out _));
        Assert.False(request.Body.TryGetProperty("stream", out _));
        Assert.Equal(["system: Be brief.", "user: Write about tea."], Messages(request));
    }

    [Fact]
    public async Task Settings_that_are_left_out_are_not_sent()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct);

        var request = Assert.Single(server.Requests);
        Assert.Equal(["messages", "model"], request.Body.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(["user: Tea"], Messages(request));
    }

    [Fact]
    public async Task An_answer_carries_text_tokens_and_cost()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Copy("Tea is good.", inputTokens: 1_000, outputTokens: 250));

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct);

        Assert.Equal(
            new GeneratedCopy
            {
                Text = "Tea is good.",
                Model = "writer",
                FinishReason = "stop",
                Used = new ModelUsage(1_000, 250, 0.004m, Calls: 1),
            },
            copy);
    }

    [Fact]
    public async Task Tokens_are_estimated_where_the_endpoint_does_not_count_them()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.CopyWithoutUsage("twelve chars"));

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "eight ch", System = "four" }, Ct);

        Assert.Equal(new ModelUsage(3, 3, 0.00003m, Calls: 1), copy.Used);
    }

    [Fact]
    public async Task A_model_is_asked_for_by_the_providers_name_and_answers_under_the_configured_one()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", Model = "writer-b" }, Ct);

        Assert.Equal("prod-b", Assert.Single(server.Requests).Body.GetProperty("model").GetString());
        Assert.Equal("writer-b", copy.Model);
    }

    [Fact]
    public async Task An_endpoint_without_a_key_gets_no_authorization_header()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server, ("Models:Endpoints:local:ApiKey", ""));

        await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea" }, Ct);

        Assert.DoesNotContain("Authorization", Assert.Single(server.Requests).Headers.Keys);
    }

    [Fact]
    public async Task An_endpoint_can_take_the_older_field_for_the_most_tokens()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server, ("Models:Endpoints:local:MaxTokensField", "max_tokens"));

        await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", MaxTokens = 50 }, Ct);

        var body = Assert.Single(server.Requests).Body;
        Assert.Equal(50, body.GetProperty("max_tokens").GetInt32());
        Assert.False(body.TryGetProperty("max_completion_tokens", out _));
    }

    [Fact]
    public async Task Asking_for_json_sets_json_mode_and_says_so_in_a_message()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", Json = true }, Ct);

        var request = Assert.Single(server.Requests);
        Assert.Equal("json_object", request.Body.GetProperty("response_format").GetProperty("type").GetString());
        Assert.Contains(Messages(request), message => message.Contains("JSON", StringComparison.Ordinal));
        Assert.Equal("""{"echo":"Tea"}""", copy.Text);
    }

    [Fact]
    public async Task A_prompt_that_speaks_of_json_is_sent_as_it_is()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea as json", Json = true }, Ct);

        Assert.Equal(["user: Tea as json"], Messages(Assert.Single(server.Requests)));
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "false", true)]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "false", true)]
    [InlineData("""{"type":"string"}""", "true", false)]
    [InlineData("""{"type":"string"},"optional":{"type":"string"}""", "false", false)]
    [InlineData("""{"type":"object","properties":{}}""", "false", false)]
    [InlineData("""{"not":{"type":"string"}}""", "false", false)]
    public async Task A_schema_is_sent_unchanged_and_strict_where_it_can_be(string property, string additional, bool strict)
    {
        var schema = $$"""
            {"title":"Tea page","type":"object","properties":{"a":{{property}}},"required":["a"],"additionalProperties":{{additional}}}
            """;
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);

        // The answer, an echo, fits none of them.
        await Assert.ThrowsAsync<ModelException>(
            () => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = JsonElement.Parse(schema) }, Ct));

        var format = server.Requests[0].Body.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        var sent = format.GetProperty("json_schema");
        Assert.Equal("Tea_page", sent.GetProperty("name").GetString());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(schema), sent.GetProperty("schema")));
        Assert.Equal(strict, sent.TryGetProperty("strict", out var value) && value.GetBoolean());
    }

    [Fact]
    public async Task Json_in_a_markdown_fence_is_taken_out_of_it()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Copy("```json\n{\"a\": 1}\n```\n"));

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", Json = true }, Ct);

        Assert.Equal("""{"a": 1}""", copy.Text);
    }

    private static IEnumerable<string> Messages(WireRequest request) =>
        request.Body.GetProperty("messages").EnumerateArray()
            .Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}");
}
