using System.Text;
using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes;

namespace WorkflowFunctions.Api.Documents;

/// <summary>Keeps documents in <c>documents</c> and <c>document_contents</c>, and attachments in <c>document_attachments</c>.</summary>
internal sealed class DocumentStore(RecordConnections database, DocumentColumns columns) : IDocuments
{
    /// <inheritdoc/>
    public async Task SaveAsync(Document document, CancellationToken cancellationToken)
    {
        var text = document.MediaType.StartsWith("text/", StringComparison.Ordinal) ? Encoding.UTF8.GetString(document.Content.Span) : null;
        var parameters = new DynamicParameters(new
        {
            id = document.Id,
            workspace_id = document.WorkspaceId,
            project_id = document.ProjectId,
            // A prompt of several lines is none in a list of titles.
            title = string.Join(' ', document.Title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            media_type = document.MediaType,
            text,
            execution = document.ExecutionId,
            node = document.NodeId,
            content = document.Content.ToArray(),
        });
        foreach (var (name, value) in columns.Values(document, text))
            parameters.Add(name, value);
        var statement = await columns.StatementAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(statement, parameters, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(Sql.Read("documents.save_content"), parameters, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task AttachAsync(IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var attachment in attachments)
        {
            var attached = await connection.ExecuteAsync("documents.attach", new
            {
                id = attachment.Id,
                document_id = attachment.DocumentId,
                image_id = attachment.ImageId,
                is_primary = attachment.IsPrimary,
                attachment_order = attachment.Order,
                created_by_workflow_id = attachment.ExecutionId,
            }, cancellationToken, transaction);
            if (attached == 0)
            {
                throw new NodeFailedException(
                    $"The image '{attachment.ImageId}' cannot be attached to the document '{attachment.DocumentId}': one of them does not "
                        + "exist.",
                    isTransient: false);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The content of a document that a workflow made; null if there is none.</summary>
    public Task<DocumentContent?> FindContentAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<DocumentContent>("documents.content", new { id }, cancellationToken);
}

/// <summary>The content of a document.</summary>
internal sealed record DocumentContent
{
    /// <summary>What it is: <c>image/png</c> …</summary>
    public required string MediaType { get; init; }

    /// <summary>What people read.</summary>
    public string? Title { get; init; }

    /// <summary>Its bytes.</summary>
    public required byte[] Content { get; init; }
}
