using Microsoft.Extensions.Configuration;

namespace WorkflowFunctions.Nodes;

/// <summary>Secrets from the section <c>Secrets</c> of the configuration: user secrets, environment (<c>Secrets__name</c>) or a vault.</summary>
public sealed class ConfiguredSecrets(IConfiguration configuration) : ISecrets
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> All { get; } = configuration.GetSection("Secrets").GetChildren()
        .Where(secret => !string.IsNullOrEmpty(secret.Value))
        .ToDictionary(secret => secret.Key, secret => secret.Value!, StringComparer.Ordinal);
}
