using WorkflowFunctions.Nodes.Settings;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Asks a configured model for text.</summary>
internal sealed class RemoteCopy(ModelEndpoint endpoint)
{
    public async Task<GeneratedCopy> GenerateAsync(ConfiguredModel model, CopyRequest request, CancellationToken cancellationToken)
    {
        var (schema, unusable) = request.JsonSchema is { } given ? AuthorSchema.Read(given) : default;
        if (unusable is not null)
            throw model.Failure($"The JSON Schema cannot be used: {unusable}", ModelUsage.None, isTransient: false);

        var call = ChatCall.Of(model, request);
        var answer = await AskAsync().ConfigureAwait(false);
        if (!request.WantsJson)
            return Copy(answer.Text, answer.Used);

        var (json, problem) = JsonOf(answer, schema);
        var used = answer.Used;
        // What was cut would be cut again.
        if (problem is not null && !answer.IsCut)
        {
            ChatCall.Correct(call, answer.Text, problem);
            try
            {
                answer = await AskAsync().ConfigureAwait(false);
            }
            catch (ModelException failure) when (failure.TurnIn is { } turnIn)
            {
                // It was asked once, and so it has had its attempt.
                throw model.Failure(
                    $"The {model.Described} was asked for JSON and answered something else. {problem} It cannot be asked once more now.",
                    used, isTransient: true, answer.Text, retryAfter: turnIn);
            }
            catch (ModelException failure)
            {
                failure.Used = failure.Used.Plus(used);
                throw;
            }

            used = used.Plus(answer.Used);
            (json, problem) = JsonOf(answer, schema);
        }

        return problem is null
            ? Copy(json!, used)
            : throw model.Failure(
                $"The {model.Described} was asked for JSON and answered something else. {problem}{answer.Cut}",
                used, isTransient: false, answer.Text);

        async Task<ChatAnswer> AskAsync()
        {
            var json = await endpoint
                .PostAsync(
                    model, "chat", "/chat/completions", call, lost => model.UsageOf(TokenEstimate.Of(request), TokenEstimate.Of(lost)),
                    request.MaxTokens ?? 0, cancellationToken)
                .ConfigureAwait(false);
            return ChatAnswer.Read(model, request, json).WithText(model);
        }

        GeneratedCopy Copy(string text, ModelUsage used) => new()
        {
            Text = text,
            Reasoning = answer.Reasoning,
            FinishReason = answer.FinishReason,
            IsCut = answer.IsCut,
            Model = model.Name,
            Used = used,
        };
    }

    private static (string? Json, string? Problem) JsonOf(ChatAnswer answer, AuthorSchema? schema) =>
        JsonText.Find(answer.Text) is { } json
            ? (json, schema?.Check(StorableJson.Parse(json)) is { } misfit ? $"It does not fit the JSON Schema: {misfit}" : null)
            : (null, "It is no JSON.");
}
