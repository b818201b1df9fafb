using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace WorkflowFunctions.Local.Hosting.Vault;

/// <summary>Where settings that are secrets come from, besides user secrets and the environment.</summary>
internal static class SecretSettings
{
    /// <summary>A folder with a file for each setting, as containers have for their secrets: <c>/run/secrets/Secrets__crm</c>.</summary>
    private const string Folder = "SecretsFolder";

    /// <summary>The address of a vault: <c>https://NAME.vault.azure.net</c>.</summary>
    private const string Vault = "KeyVault:Uri";

    /// <summary>Adds them. What is in the environment wins over what is in the vault.</summary>
    /// <exception cref="VaultException">The vault cannot be read.</exception>
    public static void AddSecretSettings(this ConfigurationManager configuration)
    {
        if (configuration[Folder] is { Length: > 0 } folder)
            configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: false);
        if (configuration[Vault] is { Length: > 0 } vault)
        {
            if (!Uri.TryCreate(vault, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
                throw new VaultException(
                    new Uri(vault, UriKind.RelativeOrAbsolute),
                    new Azure.RequestFailedException($"KeyVault:Uri is '{vault}', which is no address of a vault."));
            configuration.Sources.Insert(0, new VaultSource(new SecretClient(address, new DefaultAzureCredential())));
        }
    }
}
