using Microsoft.Extensions.Configuration;

namespace WorkflowFunctions.Nodes.Models;

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
