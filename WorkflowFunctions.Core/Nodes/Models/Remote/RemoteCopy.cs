namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Asks a configured model for text.</summary>
internal sealed class RemoteCopy(OpenAiClients clients)
{
    public async Task<GeneratedCopy> GenerateAsync(ConfiguredModel model, CopyRequest request, CancellationToken ct)
    {
        var messages = ChatCall.Messages(request);
        var options = ChatCall.Options(model, request);
        var response = await clients.Chat(model).GetResponseAsync(messages, options, ct).ConfigureAwait(false);

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
