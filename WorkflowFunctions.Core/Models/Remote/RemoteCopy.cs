namespace WorkflowFunctions.Models.Remote;

/// <summary>Asks a configured model for text.</summary>
internal sealed class RemoteCopy(OpenAiClients clients, OpenAiFailures failures)
{
    public async Task<GeneratedCopy> GenerateAsync(ConfiguredModel model, CopyRequest request, CancellationToken ct)
    {
        using var client = clients.Chat(model);
        var messages = ChatCall.Messages(request);
        var options = ChatCall.Options(model, request);
        var response = await failures.Translate(model, () => client.GetResponseAsync(messages, options, ct), ct).ConfigureAwait(false);

        var inputTokens = response.Usage?.InputTokenCount ?? TokenEstimate.Of(request);
        var outputTokens = response.Usage?.OutputTokenCount ?? TokenEstimate.Of(response.Text);
        var cost = model.CostOf(inputTokens, outputTokens);
        return new GeneratedCopy
        {
            Text = ChatAnswer.TextOf(response, model, request, cost),
            Model = model.Name,
            InputTokens = inputTokens,
            OutputTokens = outputTokens,
            CostUsd = cost,
        };
    }
}
