using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace WorkflowFunctions.Local.Hosting.Vault;

/// <summary>
/// The secrets of an Azure Key Vault as configuration, read once at the start: <c>Secrets--crm</c> in the vault is <c>Secrets:crm</c> here,
/// <c>ConnectionStrings--Workflow</c> is the connection string.
/// </summary>
/// <param name="client">The vault.</param>
internal sealed class VaultSource(SecretClient client) : IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(client);

    private sealed class Provider(SecretClient client) : ConfigurationProvider
    {
        public override void Load()
        {
            try
            {
                // Names in a vault have neither colons nor underscores.
                Data = client.GetPropertiesOfSecrets()
                    .Where(secret => secret.Enabled is not false)
                    .ToDictionary(
                        secret => secret.Name.Replace("--", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
                        secret => (string?)client.GetSecret(secret.Name).Value.Value, StringComparer.OrdinalIgnoreCase);
            }
            catch (Exception exception) when (exception is RequestFailedException or AuthenticationFailedException)
            {
                throw new VaultException(client.VaultUri, exception);
            }
        }
    }
}

/// <summary>The secrets of a vault cannot be read.</summary>
internal sealed class VaultException(Uri vault, Exception reason) : Exception(
    $"The secrets of {vault} cannot be read: {reason.Message.Split('\n')[0].Trim()} The identity of this process needs the role 'Key Vault "
        + "Secrets User' there.", reason);
