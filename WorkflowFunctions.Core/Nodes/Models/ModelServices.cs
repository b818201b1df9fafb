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

/// <summary>
/// Makes <c>OPENAI_API_KEY</c> enough to use OpenAI: with no endpoint configured, one called <c>openai</c> is added. <c>OPENAI_BASE_URL</c>
/// and <c>OPENAI_MODEL</c> change its address and its copy model. Prices are not assumed: they are configuration.
/// </summary>
internal static class OpenAiEnvironment
{
    private const string BaseUrl = "https://api.openai.com/v1";
    private const string CopyModel = "gpt-4o-mini";
    private const string ImageModel = "gpt-image-1";

    public static void Apply(ModelOptions options, IConfiguration configuration)
    {
        var key = configuration["OPENAI_API_KEY"];
        if (options.Endpoints.Count > 0 || string.IsNullOrWhiteSpace(key))
            return;

        options.Endpoints["openai"] = new ModelEndpointOptions
        {
            BaseUrl = Setting(configuration, "OPENAI_BASE_URL", BaseUrl),
            ApiKey = key.Trim(),
            Models =
            {
                [Setting(configuration, "OPENAI_MODEL", CopyModel)] = new ModelSettings(),
                [ImageModel] = new ModelSettings { Kind = ModelKind.Image },
            },
        };
    }

    private static string Setting(IConfiguration configuration, string name, string fallback) =>
        configuration[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : fallback;
}
