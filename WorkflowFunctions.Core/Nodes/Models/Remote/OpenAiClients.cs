using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Images;

// The abstraction of images and the constructors that take an authentication policy are marked experimental. The policy lets an endpoint go
// without a key; both are used in this folder only, so a change stays here.
#pragma warning disable MEAI001, OPENAI001

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Makes the client of a model over the named <see cref="HttpClient"/>. Clients are cheap: connections are pooled below.</summary>
internal sealed class OpenAiClients(IHttpClientFactory http, OpenAiFailures failures)
{
    private readonly ConcurrentDictionary<string, IChatClient> _chats = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IImageGenerator> _images = new(StringComparer.Ordinal);

    /// <summary>The client of a model that writes. It throws <see cref="ModelException"/>, and is not to be disposed of.</summary>
    public IChatClient Chat(ConfiguredModel model) =>
        _chats.GetOrAdd(model.Name, _ => ObservedClients.Observe(model, () => NewChat(model), failures));

    /// <summary>The client of a model that makes images. It throws <see cref="ModelException"/>, and is not to be disposed of.</summary>
    public IImageGenerator Images(ConfiguredModel model) =>
        _images.GetOrAdd(model.Name, _ => ObservedClients.Observe(model, () => NewImages(model), failures));

    private IChatClient NewChat(ConfiguredModel model) =>
        new ChatClient(model.ProviderName, new BearerKey(model.Endpoint.ApiKey), OptionsOf(model)).AsIChatClient();

    private IImageGenerator NewImages(ConfiguredModel model) =>
        new ImageClient(model.ProviderName, new BearerKey(model.Endpoint.ApiKey), OptionsOf(model)).AsIImageGenerator();

    private OpenAIClientOptions OptionsOf(ConfiguredModel model) => new()
    {
        Endpoint = new Uri(model.Endpoint.BaseUrl!),
        Transport = new HttpClientPipelineTransport(http.CreateClient(ModelServices.HttpClientName)),
        // Who started the attempt decides on the next one and keeps a record of both.
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    };
}
