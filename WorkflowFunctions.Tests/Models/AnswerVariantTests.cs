using System.Text.Json;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

/// <summary>What OpenAI-compatible endpoints make of OpenAI's format: none of it costs an answer that was paid for.</summary>
public class AnswerVariantTests
{
    private static readonly CopyRequest s_tea = new() { Prompt = "eight ch" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"stop\"")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"eos\"")]
    [InlineData("\"normal\"")]
    [InlineData("\"abort\"")]
    [InlineData("7")]
    public async Task An_answer_may_end_for_any_reason(string finishReason)
    {
        var copy = await AnswerAsync($$$"""
            {"choices":[{"message":{"role":"assistant","content":"Tea."},"finish_reason":{{{finishReason}}}}],
             "usage":{"prompt_tokens":1,"completion_tokens":2}}
            """);

        Assert.Equal(("Tea.", false), (copy.Text, copy.IsCut));
        Assert.Equal(
            JsonElement.Parse(finishReason) is { ValueKind: JsonValueKind.String } word && word.GetString()!.Length > 0
                ? word.GetString()
                : null,
            copy.FinishReason);
    }

    [Theory]
    [InlineData("""{"created":1750000000.25,"choices":[{"message":{"role":null,"content":"Tea."}}]}""")]
    [InlineData("""{"created":"2026-01-01T00:00:00Z","choices":[{"message":{"role":"model","content":"Tea."}}]}""")]
    [InlineData("""{"created":null,"id":7,"model":null,"choices":[{"index":"0","message":{"content":"Tea."}}]}""")]
    [InlineData(
        """{"created":1750000000000,"object":null,"choices":[{"message":"""
            + """{"content":[{"type":"text","text":"Te"},{"type":"text","text":"a."}]}}]}""")]
    [InlineData(
        """{"choices":[{"message":{"content":[{"type":"something","else":1},"Tea."],"tool_calls":"none","annotations":3}}],"""
            + """ "error":null}""")]
    [InlineData("""{"choices":[{"message":{"content":"Tea.","logprobs":{"content":[{"token":"\ud83c"}]}}}],"error":{}}""")]
    public async Task What_is_not_needed_may_have_any_form(string body) => Assert.Equal("Tea.", (await AnswerAsync(body)).Text);

    [Theory]
    [InlineData("null", 2, 1)]
    [InlineData("{}", 2, 1)]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":null,"total_tokens":null}""", 2, 1)]
    [InlineData("""{"prompt_tokens":10.0,"completion_tokens":20.9}""", 10, 20)]
    [InlineData("""{"prompt_tokens":"10","completion_tokens":"20"}""", 10, 20)]
    [InlineData("""{"input_tokens":10,"output_tokens":20}""", 10, 20)]
    [InlineData("""{"total_tokens":30}""", 2, 28)]
    [InlineData("""{"prompt_tokens":10,"total_tokens":30}""", 10, 20)]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":1e300}""", 2, 1)]
    public async Task Tokens_are_taken_as_they_are_given_and_the_rest_is_estimated(string usage, long input, long output)
    {
        var copy = await AnswerAsync($$$"""{"choices":[{"message":{"content":"Tea."}}],"usage":{{{usage}}}}""");

        Assert.Equal(new ModelUsage(input, output, ((input * 2m) + (output * 8m)) / 1_000_000m, Calls: 1), copy.Used);
    }

    [Theory]
    [InlineData("""{"content":"Tea.","reasoning_content":"Hm."}""")]
    [InlineData("""{"content":"Tea.","reasoning":"Hm."}""")]
    [InlineData("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Tea."}]}""")]
    [InlineData("""{"content":[{"type":"thinking","thinking":"Hm.","signature":"x"},{"type":"text","text":"Tea."}]}""")]
    [InlineData("""{"content":[{"type":"reasoning","summary":[{"text":"Hm."}]},{"type":"text","text":"Tea."}]}""")]
    [InlineData("""{"content":"<think>\nHm.\n</think>\n\nTea."}""")]
    [InlineData("""{"content":"<thinking>Hm.</thinking>Tea."}""")]
    [InlineData("""{"content":"Hm.\n</think>\nTea."}""")]
    public async Task Thoughts_are_kept_apart_from_the_text(string message)
    {
        var copy = await AnswerAsync($$$"""{"choices":[{"message":{{{message}}}}]}""");

        Assert.Equal(("Tea.", "Hm."), (copy.Text, copy.Reasoning));
    }

    [Fact]
    public async Task A_text_that_speaks_of_tags_stays_as_it_is()
    {
        var text = "A model writes <think>, then its thoughts, then </think>.";

        Assert.Equal(
            (text, null),
            await AnswerAsync($$$"""{"choices":[{"message":{"content":"{{{text}}}"}}]}""") is var copy
                ? (copy.Text, copy.Reasoning)
                : default);
    }

    [Fact]
    public async Task Half_a_character_is_replaced_on_its_way_there_and_back()
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(Raw("""{"choices":[{"message":{"content":"Tea \ud83c."}}]}"""));

        var copy = await models.Copy.GenerateAsync(new CopyRequest { Prompt = "half \ud83c" }, Ct);

        Assert.Equal("Tea \ufffd.", copy.Text);
        Assert.Equal("half \ufffd", Assert.Single(server.Requests).Prompt);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("iso-8859-15", false)]
    public async Task An_answer_may_be_encoded_otherwise(string charset, bool hasMark)
    {
        var encoding = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? System.Text.Encoding.GetEncoding(charset);
        var bytes = encoding.GetBytes("""{"choices":[{"message":{"content":"Thé à 3 €"}}]}""");
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(
            new WireAnswer(
                200, hasMark ? [.. encoding.GetPreamble(), .. bytes] : bytes, $"application/json; charset={(hasMark ? "utf8" : charset)}"));

        Assert.Equal("Thé à 3 €", (await models.Copy.GenerateAsync(s_tea, Ct)).Text);
    }

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("<think>Maybe {\"b\":2}?</think>{\"a\":1}")]
    [InlineData("Sure, see [1]: {\"a\":1} I hope {that} helps [note]!")]
    [InlineData("Here:\n```json\n{\"a\":1}\n```\nAnything else?")]
    [InlineData("```\n{\"a\":1}\n```")]
    [InlineData("The form {x} gives {\"a\":1}")]
    [InlineData("""{"a":1} (cut off [1, 2""")]
    public async Task Json_is_found_in_what_is_around_it(string text)
    {
        var copy = await AnswerAsync(WireAnswer.Copy(text), s_tea with { Json = true });

        Assert.Equal("""{"a":1}""", copy.Text);
    }

    [Theory]
    [InlineData("For example {\"b\":1}, and now: {\"a\": [1, 2], \"b\": \"un")]
    [InlineData("no JSON {at all} [here]")]
    public async Task A_part_of_json_is_not_taken_for_it(string text)
    {
        var answer = WireAnswer.Copy(text);
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(answer, answer);

        await Assert.ThrowsAsync<ModelException>(() => models.Copy.GenerateAsync(s_tea with { Json = true }, Ct));
    }

    private static Task<GeneratedCopy> AnswerAsync(string body) => AnswerAsync(Raw(body), s_tea);

    private static async Task<GeneratedCopy> AnswerAsync(WireAnswer answer, CopyRequest request)
    {
        await using var server = await OpenAiWireServer.StartAsync(Ct);
        using var models = ModelSetup.Over(server);
        server.Queue(answer);
        var copy = await models.Copy.GenerateAsync(request, Ct);
        Assert.Single(server.Requests);
        return copy;
    }

    private static WireAnswer Raw(string body) => new(200, System.Text.Encoding.UTF8.GetBytes(body));
}
