using System.Diagnostics;
using System.Text.Json;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

/// <summary>Answers that are to follow a JSON schema.</summary>
public class AnswerSchemaTests
{
    private static readonly JsonElement s_schema = JsonElement.Parse("""
        {"type":"object","properties":{"promise":{"type":"string"},"score":{"type":"integer","minimum":1}},"required":["promise"],"additionalProperties":false}
        """);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_does_not_fit_is_asked_again_with_what_is_wrong()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Copy("""{"promise":3,"more":1}""", 10, 20), WireAnswer.Copy("""Sorry! {"promise":"calm"}""", 100, 200));

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = s_schema }, Ct);

        Assert.Equal("""{"promise":"calm"}""", copy.Text);
        Assert.Equal((110, 220, 2), (copy.Used.InputTokens, copy.Used.OutputTokens, copy.Used.Calls));
        Assert.Equal(2, server.Requests.Count);
        var messages = server.Requests[1].Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Equal("""{"promise":3,"more":1}""", messages[1].GetProperty("content").GetString());
        Assert.Contains(
            "/promise: Value is \"integer\" but should be \"string\"", messages[2].GetProperty("content").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("/more: This is not allowed", messages[2].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            JsonSerializer.Serialize(server.Requests[0].Body.GetProperty("response_format")),
            JsonSerializer.Serialize(server.Requests[1].Body.GetProperty("response_format")));
    }

    [Fact]
    public async Task One_that_never_fits_fails_for_good_after_two_calls_and_says_where()
    {
        var failure = await FailAsync(s_schema, WireAnswer.Copy("""{"promise":"calm","score":0}""", 1_000, 0), calls: 2);

        Assert.False(failure.IsTransient);
        Assert.Contains("/score", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new ModelUsage(2_000, 0, 0.004m, Calls: 2), failure.Used);
    }

    [Fact]
    public async Task One_that_is_cut_is_not_asked_for_again_and_says_so()
    {
        var failure = await FailAsync(s_schema, WireAnswer.Copy("""{"promise":"ca""", 1_000, 0, finishReason: "length"), calls: 1);

        Assert.False(failure.IsTransient);
        Assert.Contains("most tokens", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0.002m, failure.Used.CostUsd);
    }

    [Fact]
    public async Task What_the_first_answer_took_is_counted_where_the_second_call_fails()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Copy("no", 1_000, 0), WireAnswer.Error(503, "busy"));

        var failure = await Assert.ThrowsAsync<ModelException>(
            () => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = s_schema }, Ct));

        Assert.Equal((503, true), (failure.Status, failure.IsTransient));
        Assert.Equal(new ModelUsage(1_000, 0, 0.002m, Calls: 2), failure.Used);
    }

    [Theory]
    [InlineData(
        """{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"n":{"type":"integer"}},"$ref":"#/definitions/n"}""", "1")]
    [InlineData("""{"$schema":"https://schemas.example/own","type":"integer","nullable":true,"example":3}""", "1")]
    [InlineData("""{"type":"string","format":"date"}""", "\"tomorrow\"")]
    [InlineData(
        """{"$id":"https://schemas.example/own","properties":{"kids":{"items":{"$ref":"#"}}},"required":["n"]}""",
        """{"n":1,"kids":[{"n":2,"kids":[]}]}""")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}]}""", "null")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"integer"}},"additionalProperties":false}""", """{"x-a":1}""")]
    public async Task Schemas_of_any_maker_are_understood(string schema, string answer)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(WireAnswer.Copy(answer));

        Assert.Equal(
            answer, (await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = JsonElement.Parse(schema) }, Ct)).Text);
    }

    [Theory]
    [InlineData("""{"type":"word"}""")]
    [InlineData("""{"$ref":"https://schemas.example/elsewhere"}""")]
    [InlineData("""{"type":"string","pattern":"["}""")]
    public async Task A_schema_that_cannot_be_used_is_reported_before_anything_is_paid(string schema)
    {
        var failure = await FailAsync(JsonElement.Parse(schema), WireAnswer.Copy("1"), calls: 0);

        Assert.False(failure.IsTransient);
        Assert.Equal(ModelUsage.None, failure.Used);
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"}""", "\"{0}\"")]
    [InlineData("""{"$defs":{"s":{"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"}},"$ref":"#/$defs/s"}""", "\"{0}\"")]
    [InlineData("""{"patternProperties":{"^(([a-z])+.)+[A-Z]([a-z])+$":{}}}""", "{\"{0}\":1}")]
    public async Task A_pattern_without_end_is_given_up(string schema, string answer)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Answer = _ => WireAnswer.Copy(answer.Replace("{0}", new string('a', 60) + "!", StringComparison.Ordinal));
        var began = Stopwatch.GetTimestamp();

        await models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = JsonElement.Parse(schema) }, Ct);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static async Task<ModelException> FailAsync(JsonElement schema, WireAnswer answer, int calls)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Answer = _ => answer;
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => models.Copy.GenerateAsync(new CopyRequest { Prompt = "Tea", JsonSchema = schema }, Ct));
        Assert.Equal(calls, server.Requests.Count);
        return failure;
    }
}
