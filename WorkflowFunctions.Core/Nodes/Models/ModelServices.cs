using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Nodes.Models.Remote;
using WorkflowFunctions.Nodes.Network;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Registers the models.</summary>
internal static class ModelServices
{
    /// <summary>The name of the <see cref="HttpClient"/> that all endpoints are called with.</summary>
    public const string HttpClientName = "models";

    /// <summary>The name of the <see cref="HttpClient"/> that fetches what endpoints point to elsewhere.</summary>
    internal const string DownloadClientName = "model-downloads";

    /// <summary>
    /// Adds <see cref="ICopyModels"/> and <see cref="IImageModels"/> over the section <c>Models</c> and <c>OPENAI_API_KEY</c>,
    /// <c>OPENAI_BASE_URL</c> and <c>OPENAI_MODEL</c>. Wrong settings stop the host at its start.
    /// </summary>
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(ModelOptions.Section);
        services.AddOptions<ModelOptions>()
            .Bind(section)
            .PostConfigure(options => OpenAiEnvironment.Apply(options, configuration))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>());
        services.AddSingleton<IValidateOptions<ModelOptions>>(new UnknownModelSettings(section));

        // A caller's token ends an attempt; a limit of the client's own would end long generations behind its back.
        services.AddHttpClient(HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .NamesItself()
            .UseSocketsHttpHandler((handler, _) => handler.AutomaticDecompression = DecompressionMethods.All);
        services.AddHttpClient(DownloadClientName, client => client.Timeout = Timeout.InfiniteTimeSpan).ThroughGate();
        services.TryAddSingleton<HostLookup>();
        services.TryAddSingleton<OutboundGate>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<WorkflowMetrics>();
        services.TryAddSingleton<ModelCatalog>();
        services.TryAddSingleton<ModelEndpoint>();
        services.TryAddSingleton<ModelTelemetry>();
        services.TryAddSingleton<RemoteCopy>();
        services.TryAddSingleton<RemoteImages>();
        services.TryAddSingleton<ImageDownload>();
        services.TryAddSingleton<ICopyModels, CopyModels>();
        services.TryAddSingleton<IImageModels, ImageModels>();
        return services;
    }
}
