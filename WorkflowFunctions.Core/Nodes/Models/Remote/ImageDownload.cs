using WorkflowFunctions.Nodes.Network;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Fetches an image that an endpoint answered with as an address. The API key is not sent along.</summary>
internal sealed class ImageDownload(IHttpClientFactory http)
{
    private const int ChunkBytes = 81_920;

    public async Task<ReadOnlyMemory<byte>> ReadAsync(ImageFiles files, string? endpoint, Uri address, CancellationToken cancellationToken)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            throw files.Unusable("with the address of an image that is neither http nor https");

        // Only the host is named in errors: the rest of such an address is often a temporary secret.
        try
        {
            using var client = http.CreateClient(ClientFor(endpoint, address));
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
                throw files.Unusable($"with an image at {address.Host} that answers HTTP {status}", status: status);
            return await ReadBoundedAsync(files, response, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || WireText.IsMisencoded(failure))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw files.Unusable($"with an image at {address.Host} that cannot be fetched: {failure.Message}", inner: failure);
        }
    }

    /// <summary>The endpoint itself was configured; where else it points to is as little trusted as what a workflow calls.</summary>
    private static string ClientFor(string? endpoint, Uri address) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var own) && own.Authority == address.Authority && own.Scheme == address.Scheme
            ? ModelServices.HttpClientName
            : ModelServices.DownloadClientName;

    private static async Task<ReadOnlyMemory<byte>> ReadBoundedAsync(
        ImageFiles files, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > ImageFiles.MaxBytes)
            throw files.TooLarge();

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var file = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            file.Write(chunk, 0, read);
            if (file.Length > ImageFiles.MaxBytes)
                throw files.TooLarge();
        }

        return file.ToArray();
    }
}
