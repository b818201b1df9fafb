using Microsoft.Extensions.AI;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Takes the text out of an answer, or says why there is none.</summary>
internal static class ChatAnswer
{
    /// <exception cref="ModelException">The answer is empty, withheld, or not JSON although JSON was asked.</exception>
    public static string TextOf(ChatResponse response, ConfiguredModel model, CopyRequest request, decimal cost)
    {
        if (response.FinishReason == ChatFinishReason.ContentFilter)
            throw Unusable($"The content filter of the {model.Described} withheld the answer; change the prompt.", isTransient: false);

        var text = response.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw RefusalOf(response) is { } refusal
                ? Unusable($"The {model.Described} refused to answer.", isTransient: false, refusal)
                : Unusable($"The {model.Described} answered without text.{Cut()}", isTransient: true);
        }

        if (!request.WantsJson)
            return text;
        return JsonText.Find(text)
            ?? throw Unusable(
                $"The {model.Described} was asked for JSON and answered something else.{Cut()}", isTransient: true, text);

        string Cut() => response.FinishReason == ChatFinishReason.Length
            ? " It reached the most tokens it may write; allow it more."
            : "";

        ModelException Unusable(string message, bool isTransient, string? said = null) => new(message)
        {
            Said = Redaction.WithoutKey(said, model.Endpoint.ApiKey),
            Model = model.Name,
            Endpoint = model.EndpointName,
            IsTransient = isTransient,
            CostUsd = cost,
        };
    }

    private static string? RefusalOf(ChatResponse response) =>
        response.Messages.Select(message => message.RawRepresentation).OfType<OpenAI.Chat.ChatCompletion>()
            .Select(completion => completion.Refusal).FirstOrDefault(refusal => !string.IsNullOrEmpty(refusal));
}
