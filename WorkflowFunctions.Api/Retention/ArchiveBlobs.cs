using System.IO.Compression;
using System.Text;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Dapper;
using Microsoft.AspNetCore.Http;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// An archive in Azure Blob Storage: a blob for each table, quarter and batch, of newline-delimited JSON, compressed. PostgreSQL
/// hands over each row as it deletes it, so that no row is held in memory for longer than it takes to compress it. The rows
/// are gone when the transaction is committed, and with it <c>workflow_archive_blobs</c> says that the blob counts. The name of a
/// blob is told to that table before the blob is written, so that the next run finds and removes what a run that was killed has left.
/// </summary>
/// <param name="connection">The connection of the run.</param>
/// <param name="database">For what has to be committed before the run's transaction is.</param>
/// <param name="container">Where blobs go.</param>
internal sealed class ArchiveBlobs(NpgsqlConnection connection, NpgsqlDataSource database, BlobContainerClient container) : IArchive
{
    /// <summary>Makes the container, if it is not there, and removes blobs that were left unfinished.</summary>
    /// <exception cref="RequestFailedException">The container cannot be used.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status403Forbidden)
        {
            // Who may write blobs may not always make containers. The first blob tells whether it is there.
        }

        foreach (var name in await connection.QueryAsync<string>(Command("archive_blobs.unfinished", null, null, cancellationToken)))
        {
            await container.DeleteBlobIfExistsAsync(name, cancellationToken: cancellationToken);
            await connection.ExecuteAsync(Command("archive_blobs.forget", new { name }, null, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public async Task<TakenRows> TakeAsync(
        RetainedTable table, Quarter quarter, string condition, object parameters, NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        var name = $"{table.FolderOf(quarter)}{Guid.CreateVersion7():N}.ndjson.gz";
        var blob = new RowsBlob(() => OpenAsync(name, table, quarter, cancellationToken));
        try
        {
            await DeleteIntoAsync(blob, table, condition, parameters, transaction, cancellationToken);
        }
        finally
        {
            await blob.DisposeAsync();
        }

        if (blob.Count > 0)
        {
            await connection.ExecuteAsync(
                Command(
                    "archive_blobs.archived",
                    new { name, row_count = blob.Count, first = blob.FirstExecutionId, last = blob.LastExecutionId }, transaction,
                    cancellationToken));
        }

        return new TakenRows(blob.Count, blob.LastCreatedAt);
    }

    private async Task DeleteIntoAsync(
        RowsBlob blob, RetainedTable table, string condition, object parameters, NpgsqlTransaction transaction,
        CancellationToken cancellationToken)
    {
        // A time says in the blob which moment it is, whatever zone the session has.
        await connection.ExecuteAsync(
            new CommandDefinition("SET LOCAL TIME ZONE 'UTC'", null, transaction, cancellationToken: cancellationToken));
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"DELETE FROM {table.Name} AS t WHERE {condition} RETURNING t.{table.ExecutionColumn}, t.created_at, row_to_json(t)::text",
            parameters,
            transaction,
            commandTimeout: 0,
            cancellationToken: cancellationToken));
        while (await reader.ReadAsync(cancellationToken))
        {
            await blob.WriteAsync(
                await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0),
                await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetDateTime(1),
                reader.GetString(2),
                cancellationToken);
        }
    }

    private async Task<Stream> OpenAsync(string name, RetainedTable table, Quarter quarter, CancellationToken cancellationToken)
    {
        await using (var other = await database.OpenConnectionAsync(cancellationToken))
        {
            await other.ExecuteAsync(Command(
                "archive_blobs.announce", new { name, table_name = table.Name, quarter = quarter.ToString() }, null, cancellationToken));
        }

        return await container.GetBlockBlobClient(name).OpenWriteAsync(
            overwrite: true,
            new BlockBlobOpenWriteOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/gzip" } },
            cancellationToken);
    }

    private static CommandDefinition Command(
        string name, object? parameters, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        new(Sql.Read(name), parameters, transaction, cancellationToken: cancellationToken);
}

/// <summary>Writes rows as lines of JSON into a compressed blob, which is opened when the first one comes.</summary>
internal sealed class RowsBlob(Func<Task<Stream>> open) : IAsyncDisposable
{
    private Stream? _blob;
    private StreamWriter? _lines;

    /// <summary>How many rows it has.</summary>
    public long Count { get; private set; }

    /// <summary>The latest <c>created_at</c>.</summary>
    public DateTime? LastCreatedAt { get; private set; }

    /// <summary>The first of the executions that rows belong to, byte by byte.</summary>
    public string? FirstExecutionId { get; private set; }

    /// <summary>The last one.</summary>
    public string? LastExecutionId { get; private set; }

    /// <summary>Adds a row.</summary>
    public async Task WriteAsync(string? executionId, DateTime? createdAt, string json, CancellationToken cancellationToken)
    {
        if (_lines is null)
        {
            _blob = await open();
            _lines = new StreamWriter(new GZipStream(_blob, CompressionLevel.Optimal), new UTF8Encoding(false)) { NewLine = "\n" };
        }

        // A column of type json keeps the line breaks between its values; within a string there can be none.
        await _lines.WriteLineAsync(json.Replace('\n', ' ').Replace('\r', ' ').AsMemory(), cancellationToken);
        Count++;
        LastCreatedAt = createdAt > LastCreatedAt || LastCreatedAt is null ? createdAt : LastCreatedAt;
        if (executionId is null)
            return;
        if (FirstExecutionId is null || string.CompareOrdinal(executionId, FirstExecutionId) < 0)
            FirstExecutionId = executionId;
        if (LastExecutionId is null || string.CompareOrdinal(executionId, LastExecutionId) > 0)
            LastExecutionId = executionId;
    }

    /// <summary>Finishes the blob: all of it is there then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lines is not null)
            await _lines.DisposeAsync();
    }
}

/// <summary>The container of Azure Blob Storage that rows go to, instead of archive tables: the section <c>Retention:Blob</c>.</summary>
internal sealed record RetentionBlobOptions
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
        Uri.TryCreate(ContainerUri, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http"
        && address.AbsolutePath.Trim('/').Length > 0
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
