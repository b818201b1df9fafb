using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Documents;

/// <summary>Finds what an execution made.</summary>
internal sealed class ExecutionDocuments(RecordConnections database)
{
    /// <summary>Lists the documents and images of an execution, in the order in which they were made.</summary>
    public Task<IReadOnlyList<ExecutionDocument>> ListAsync(
        string executionId, int limit, PageCursor? after, CancellationToken cancellationToken) =>
        database.QueryAsync<ExecutionDocument>(
            "documents.of_execution",
            new { execution_id = executionId, limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken);
}

/// <summary>A document or an image that a node made.</summary>
internal sealed record ExecutionDocument
{
    /// <summary>The id; <c>/api/documents/{id}/content</c> has its content.</summary>
    public required string Id { get; init; }

    /// <summary>The node that made it, with the item.</summary>
    public required string NodeId { get; init; }

    /// <summary>What people read.</summary>
    public string? Title { get; init; }

    /// <summary>What it is: <c>text/markdown</c>, <c>image/png</c> …</summary>
    public required string MediaType { get; init; }

    /// <summary>How many bytes it has.</summary>
    public int Size { get; init; }

    /// <summary>When the job of that node began.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The document that the image was attached to; null for none.</summary>
    public string? AttachedTo { get; init; }
}
