using System.IO.Compression;
using Azure.Storage.Blobs;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>A database with old rows, and a container of blobs to archive them to.</summary>
internal sealed class BlobKeeper : IAsyncDisposable
{
    private readonly BlobContainerClient _container;

    private BlobKeeper(Keeper rows, BlobContainerClient container, IReadOnlyList<(string Key, string Value)> settings) =>
        (Rows, _container, Settings) = (rows, container, settings);

    public Keeper Rows { get; }

    /// <summary>The settings that make retention write to the container.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; }

    public static async Task<BlobKeeper> CreateAsync(PostgresFixture postgres, AzuriteFixture azurite, int batchSize)
    {
        var connection = await azurite.ConnectAsync();
        var container = $"archive-{Guid.NewGuid():N}";
        (string Key, string Value)[] settings =
        [
            ("Retention:Blob:ConnectionString", connection), ("Retention:Blob:Container", container),
            ("Retention:BatchSize", batchSize.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        return new BlobKeeper(await Keeper.CreateAsync(postgres, settings), new BlobContainerClient(connection, container), settings);
    }

    /// <summary>The names of all blobs that are there.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync()
    {
        var names = new List<string>();
        if (await _container.ExistsAsync(TestContext.Current.CancellationToken))
        {
            await foreach (var blob in _container.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken))
                names.Add(blob.Name);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>The names of the blobs that count.</summary>
    public Task<IReadOnlyList<string>> ArchivedBlobsAsync() => Rows.Database.QueryAsync<string>(
        "SELECT name FROM workflow_archive_blobs WHERE archived_at IS NOT NULL ORDER BY name COLLATE \"C\"");

    /// <summary>The lines of a blob.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string name)
    {
        await using var blob = await _container.GetBlobClient(name).OpenReadAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var reader = new StreamReader(new GZipStream(blob, CompressionMode.Decompress));
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Every row of the live tables and of the blobs that count, as text.</summary>
    public async Task<IReadOnlyList<string>> AllRowsAsync()
    {
        var rows = new List<string>(await Rows.AllRowsAsync());
        foreach (var name in await ArchivedBlobsAsync())
        {
            var table = name.Split('/')[1];
            rows.AddRange(
                await Rows.Database.QueryAsync<string>(
                    $"SELECT '{table} ' || (json_populate_record(NULL::{table}, line::json))::text FROM unnest($1) line",
                    [(await LinesAsync(name)).ToArray()]));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Rows.DisposeAsync();
        await _container.DeleteIfExistsAsync();
    }
}
