using System.IO.Compression;
using System.Text;

namespace WorkflowFunctions.Api.Retention;

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
