using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowFunctions.Nodes.Models;

namespace WorkflowFunctions.Tests.Models;

/// <summary>Models over a configuration that a test writes down.</summary>
internal sealed class ModelSetup : IDisposable
{
    public const string Key = "sk-test-0123456789abcdef";

    private readonly ServiceProvider _services;

    public ModelSetup(IEnumerable<(string Key, string? Value)> settings, ILoggerProvider? logs = null)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings)
            values[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection().AddModels(configuration).AddSingleton<IModelLimits, NoLimits>();
        if (logs is not null)
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public ICopyModels Copy => _services.GetRequiredService<ICopyModels>();

    public IImageModels Images => _services.GetRequiredService<IImageModels>();

    public IServiceProvider Services => _services;

    public static ModelSetup Empty() => new([]);

    /// <summary>
    /// Models <c>writer</c> ($2 and $8 a million tokens), <c>writer-b</c> (deployment <c>prod-b</c>) and <c>painter</c> ($0.04 an image);
    /// further settings win.
    /// </summary>
    public static ModelSetup Over(OpenAiWireServer server, params (string Key, string? Value)[] more) =>
        new([.. SettingsFor(server), .. more]);

    public static (string Key, string? Value)[] SettingsFor(OpenAiWireServer server) =>
    [
        ("Models:Default", "writer"),
        ("Models:Endpoints:local:BaseUrl", server.BaseUrl.ToString()),
        ("Models:Endpoints:local:ApiKey", Key),
        ("Models:Endpoints:local:Models:writer:InputPerMillion", "2"),
        ("Models:Endpoints:local:Models:writer:OutputPerMillion", "8"),
        ("Models:Endpoints:local:Models:writer-b:Name", "prod-b"),
        ("Models:Endpoints:local:Models:painter:Kind", "image"),
        ("Models:Endpoints:local:Models:painter:PerImage", "0.04"),
    ];

    public void Dispose() => _services.Dispose();

    /// <summary>Models that may be asked at any time: limits are kept in a database, and here is none.</summary>
    private sealed class NoLimits : IModelLimits
    {
        public Task<ModelTurn> TakeAsync(ConfiguredModel model, long tokens, CancellationToken cancellationToken) =>
            Task.FromResult(new ModelTurn(model.Name, DateTimeOffset.UnixEpoch, tokens));

        public Task SettleAsync(ModelTurn turn, long tokens) => Task.CompletedTask;
    }
}
