using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace WorkflowFunctions.Nodes.Secrets;

/// <summary>
/// Secrets from the configuration: user secrets, environment or a vault. The section <c>Secrets</c> (<c>Secrets__name</c>) is for all
/// workspaces;
/// <c>WorkspaceSecrets</c> (<c>WorkspaceSecrets__workspace__name</c>) is for one, and wins.
/// </summary>
internal sealed class ConfiguredSecrets(IConfiguration configuration) : ISecrets
{
    private readonly IReadOnlyDictionary<string, string> _forAll = Read(configuration.GetSection("Secrets"));
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> _own = configuration
        .GetSection("WorkspaceSecrets")
        .GetChildren()
        .ToDictionary(workspace => workspace.Key, Read, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _merged = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Of(string workspaceId) => _own.ContainsKey(workspaceId)
        ? _merged.GetOrAdd(workspaceId, static (id, secrets) => Merge(secrets._forAll, secrets._own[id]), this)
        : _forAll;

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> forAll, IReadOnlyDictionary<string, string> own) =>
        forAll.Where(secret => !own.ContainsKey(secret.Key)).Concat(own).ToDictionary(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, string> Read(IConfigurationSection section) => section.GetChildren()
        .Where(secret => !string.IsNullOrEmpty(secret.Value))
        .ToDictionary(secret => secret.Key, secret => secret.Value!, StringComparer.Ordinal);
}
