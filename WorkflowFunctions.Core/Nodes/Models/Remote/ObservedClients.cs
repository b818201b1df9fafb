using Microsoft.Extensions.AI;
using WorkflowFunctions.Telemetry;

// The abstraction of images is marked experimental; it is used in this folder only, so a change stays here.
#pragma warning disable MEAI001

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>
/// Puts spans and figures around the clients of models (OpenTelemetry, "Semantic conventions for generative AI"), without what is asked and
/// answered. What is around lives as long as the process, because its figures add up; the client inside is made anew for each call.
/// </summary>
internal static class ObservedClients
{
    public static IChatClient Observe(ConfiguredModel model, Func<IChatClient> make, OpenAiFailures failures) =>
        new ChatCalls(model, make, failures).AsBuilder()
            .UseOpenTelemetry(sourceName: WorkflowTelemetry.ModelSourceName, configure: static spans => spans.EnableSensitiveData = false)
            .Build();

    public static IImageGenerator Observe(ConfiguredModel model, Func<IImageGenerator> make, OpenAiFailures failures) =>
        new ImageCalls(model, make, failures).AsBuilder()
            .UseOpenTelemetry(sourceName: WorkflowTelemetry.ModelSourceName, configure: static spans => spans.EnableSensitiveData = false)
            .Build();

    private static Uri AddressOf(ConfiguredModel model) => new(model.Endpoint.BaseUrl!);

    /// <summary>Failures are put into words inside of the spans: an endpoint's own words may repeat a key.</summary>
    private sealed class ChatCalls(ConfiguredModel model, Func<IChatClient> make, OpenAiFailures failures) : IChatClient
    {
        private readonly ChatClientMetadata _metadata = new("openai", AddressOf(model), model.ProviderName);

        public async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            using var client = make();
            return await failures.Translate(model, () => client.GetResponseAsync(
                messages,
                options,
                cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Nobody reads answers as they are written.");

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceKey is null && serviceType == typeof(ChatClientMetadata) ? _metadata : null;

        public void Dispose()
        {
            // Nothing is kept.
        }
    }

    private sealed class ImageCalls(ConfiguredModel model, Func<IImageGenerator> make, OpenAiFailures failures) : IImageGenerator
    {
        private readonly ImageGeneratorMetadata _metadata = new("openai", AddressOf(model), model.ProviderName);

        public async Task<ImageGenerationResponse> GenerateAsync(
            ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            using var client = make();
            return await failures.Translate(model, () => client.GenerateAsync(
                request,
                options,
                cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceKey is null && serviceType == typeof(ImageGeneratorMetadata) ? _metadata : null;

        public void Dispose()
        {
            // Nothing is kept.
        }
    }
}
