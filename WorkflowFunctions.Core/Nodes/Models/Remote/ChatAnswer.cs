using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>What a model answered: <c>choices[0].message</c> and the usage. Nothing else has to be there, or to have a form.</summary>
/// <param name="Text">The text, without thoughts; empty where there is none.</param>
/// <param name="Reasoning">What the model thought before; null where it does not show that.</param>
/// <param name="FinishReason">Why it ended, in the endpoint's word.</param>
/// <param name="Refusal">Why it did not answer.</param>
/// <param name="Used">What the call took.</param>
internal sealed partial record ChatAnswer(string Text, string? Reasoning, string? FinishReason, string? Refusal, ModelUsage Used)
{
    /// <summary>Whether it ends because no more tokens were allowed, as endpoints of several makers say it.</summary>
    public bool IsCut => FinishReason?.ToUpperInvariant() is "LENGTH" or "MAX_TOKENS" or "MODEL_LENGTH" or "MAX_OUTPUT_TOKENS";

    public static ChatAnswer Read(ConfiguredModel model, CopyRequest request, JsonElement answer)
    {
        var choice = answer.Member("choices").Items().FirstOrDefault();
        var message = choice.Member("message");
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        AddReasoning(
            message.Member(message.Member("reasoning_content").NonEmptyText() is null ? "reasoning" : "reasoning_content"), thoughts);
        Add(message.Member("content"), text, thoughts);
        var whole = text.ToString();
        if (Thoughts().Match(whole) is { Success: true } match)
        {
            thoughts.Append(match.Groups["thoughts"].Value.Trim());
            whole = whole[match.Length..];
        }

        var reasoning = thoughts.Length == 0 ? null : thoughts.ToString();
        // An answer without a message has cost what it says it has.
        var (input, output) = TokenUsage.Read(answer).Completed(
            message.ValueKind == JsonValueKind.Object ? TokenEstimate.Of(request) : 0,
            TokenEstimate.Of(whole) + TokenEstimate.Of(reasoning));
        return new ChatAnswer(
            whole, reasoning, choice.Member("finish_reason").NonEmptyText(), message.Member("refusal").NonEmptyText(),
            model.UsageOf(input, output));
    }

    /// <exception cref="ModelException">The answer is withheld, refused or empty.</exception>
    public ChatAnswer WithText(ConfiguredModel model)
    {
        if (string.Equals(FinishReason, "content_filter", StringComparison.OrdinalIgnoreCase))
        {
            throw model.Failure(
                $"The content filter of the {model.Described} withheld the answer; change the prompt.", Used, isTransient: false);
        }

        if (!string.IsNullOrWhiteSpace(Text))
            return this;
        throw Refusal is { } refusal
            ? model.Failure($"The {model.Described} refused to answer.", Used, isTransient: false, refusal)
            // What was cut would be cut again.
            : model.Failure($"The {model.Described} answered without text.{Cut}", Used, isTransient: !IsCut);
    }

    /// <summary>A sentence that says that the answer is cut; empty if it is not.</summary>
    public string Cut => IsCut ? " It reached the most tokens it may write; allow it more." : "";

    private static void Add(JsonElement content, StringBuilder text, StringBuilder thoughts)
    {
        foreach (var part in content.Items())
        {
            if (part.Member("type").NonEmptyText() is "thinking" or "reasoning")
                AddReasoning(part, thoughts);
            else
                Add(part, text, thoughts);
        }

        text.Append(content.NonEmptyText() ?? content.Member("text").NonEmptyText());
    }

    private static void AddReasoning(JsonElement content, StringBuilder thoughts)
    {
        foreach (var part in content.Items())
            AddReasoning(part, thoughts);
        thoughts.Append(content.NonEmptyText());
        foreach (var name in (ReadOnlySpan<string>)["thinking", "reasoning", "text", "summary"])
        {
            if (content.Member(name) is { ValueKind: not JsonValueKind.Undefined } inner)
                AddReasoning(inner, thoughts);
        }
    }

    // Some servers leave the first of the two tags out; of an answer that is cut the second one is missing.
    [GeneratedRegex(
        @"\A\s*(?:<think(?:ing)?>(?<thoughts>.*?)(?:</think(?:ing)?>\s*|\z)|(?<thoughts>(?:(?!</?think(?:ing)?>).)*)</think(?:ing)?>\s*)",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Thoughts();
}
