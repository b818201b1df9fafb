using System.ClientModel;
using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Turns what the client throws into <see cref="ModelException"/>.</summary>
internal sealed class OpenAiFailures(TimeProvider time)
{
    /// <exception cref="ModelException">The call failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public async Task<T> Translate<T>(ConfiguredModel model, Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not ModelException)
        {
            // Cancelling breaks the connection, and which of the two is reported first is a matter of luck.
            ct.ThrowIfCancellationRequested();
            if (Translated(model, failure) is { } translated)
                throw translated;
            throw;
        }
    }

    private ModelException? Translated(ConfiguredModel model, Exception failure) => failure switch
    {
        ClientResultException { Status: > 0 } result => Refused(model, result),
        ClientResultException or HttpRequestException or IOException or OperationCanceledException => Unreachable(model, failure),
        JsonException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException =>
            Unreadable(model, failure),
        _ => null,
    };

    // The client's own exception is not kept as the cause: its message is the endpoint's text, which may repeat the key.
    private ModelException Refused(ConfiguredModel model, ClientResultException failure)
    {
        var response = failure.GetRawResponse();
        var error = OpenAiError.Read(response?.Content.ToMemory() ?? default);
        return new ModelException(HttpFailure.Describe(model, failure.Status))
        {
            Model = model.Name,
            Endpoint = model.EndpointName,
            Status = failure.Status,
            // With a wrong key endpoints quote it, in part or in full.
            Said = failure.Status == 401 ? null : Redaction.WithoutKey(error.Message, model.Endpoint.ApiKey),
            IsTransient = HttpFailure.IsTransient(failure.Status) && !error.IsOutOfCredit,
            RetryAfter = response is null ? null : RetryAfter.Read(response.Headers, time.GetUtcNow()),
        };
    }

    private static ModelException Unreachable(ConfiguredModel model, Exception failure) =>
        new($"The {model.Described} could not be reached at {Host(model)}: {Innermost(failure).Message}", Innermost(failure))
        {
            Model = model.Name,
            Endpoint = model.EndpointName,
            IsTransient = true,
        };

    private static ModelException Unreadable(ConfiguredModel model, Exception failure) =>
        new($"The {model.Described} answered something that is not of OpenAI's format; check its BaseUrl, {Host(model)}.", failure)
        {
            Said = Redaction.WithoutKey(failure.Message, model.Endpoint.ApiKey),
            Model = model.Name,
            Endpoint = model.EndpointName,
            IsTransient = true,
        };

    private static string Host(ConfiguredModel model) => new Uri(model.Endpoint.BaseUrl!).GetLeftPart(UriPartial.Path);

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
