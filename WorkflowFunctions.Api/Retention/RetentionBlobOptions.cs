using Azure.Identity;
using Azure.Storage.Blobs;

namespace WorkflowFunctions.Api.Retention;

/// <summary>The container of Azure Blob Storage that rows go to, instead of archive tables: the section <c>Retention:Blob</c>.</summary>
public sealed record RetentionBlobOptions
{
    /// <summary>
    /// The container's address: <c>https://ACCOUNT.blob.core.windows.net/CONTAINER</c>. Who writes is found by
    /// <see cref="DefaultAzureCredential"/>, unless the address has a shared access signature.
    /// </summary>
    public string? ContainerUri { get; set; }

    /// <summary>The storage account, as a connection string with a key; instead of <see cref="ContainerUri"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The container in the account of <see cref="ConnectionString"/>.</summary>
    public string Container { get; set; } = "workflow-archive";

    /// <summary>Whether rows go to blobs.</summary>
    internal bool IsConfigured => !string.IsNullOrWhiteSpace(ContainerUri) || !string.IsNullOrWhiteSpace(ConnectionString);

    /// <summary>The container.</summary>
    internal BlobContainerClient Open()
    {
        if (string.IsNullOrWhiteSpace(ContainerUri))
            return new BlobContainerClient(ConnectionString, Container);
        var address = new Uri(ContainerUri);
        return address.Query.Length > 0 ? new BlobContainerClient(address) : new BlobContainerClient(address, new DefaultAzureCredential());
    }

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> Problems()
    {
        const string Key = $"{RetentionOptions.Section}:Blob";
        if (!IsConfigured)
            yield break;
        if (!string.IsNullOrWhiteSpace(ContainerUri) && !string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"{Key}:ContainerUri and {Key}:ConnectionString are both set; have one of them.";
            yield break;
        }

        var problem = string.IsNullOrWhiteSpace(ContainerUri) ? ProblemOfConnection() : ProblemOfAddress();
        if (problem is not null)
            yield return $"{Key}:{problem}";
    }

    private string? ProblemOfAddress() =>
        Uri.TryCreate(ContainerUri, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.AbsolutePath.Trim('/').Length > 0
            ? null
            : $"ContainerUri must be an address such as https://ACCOUNT.blob.core.windows.net/CONTAINER; it is '{ContainerUri}'.";

    private string? ProblemOfConnection()
    {
        try
        {
            Open();
            return null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return $"ConnectionString and Container name no storage account and container: {exception.Message}";
        }
    }
}
