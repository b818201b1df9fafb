namespace WorkflowFunctions.Nodes;

/// <summary>The documents that nodes make: texts and images, and images attached to documents.</summary>
public interface IDocuments
{
    /// <summary>Saves a document; one with the same id is replaced, so that a repeated attempt leaves one.</summary>
    Task SaveAsync(Document document, CancellationToken cancellationToken);

    /// <summary>Attaches images to a document, in this order (schema document, <c>document_attachments</c>).</summary>
    /// <param name="attachments">The attachments; those with the same id are replaced.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="NodeFailedException">A document or an image does not exist.</exception>
    Task AttachAsync(IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken);
}

/// <summary>A document made by a node.</summary>
/// <param name="Id">The id; made from the job's, so that it is the same for each attempt.</param>
/// <param name="WorkspaceId">The workspace it belongs to.</param>
/// <param name="ProjectId">The project it belongs to.</param>
/// <param name="Title">What people read.</param>
/// <param name="MediaType">What it is: <c>text/markdown</c>, <c>image/png</c> …</param>
/// <param name="Content">Its bytes; text in UTF-8.</param>
/// <param name="ExecutionId">The execution that makes it; null for none.</param>
/// <param name="NodeId">The node that makes it, as the record names it; null for none.</param>
public sealed record Document(
    string Id,
    string WorkspaceId,
    string ProjectId,
    string Title,
    string MediaType,
    ReadOnlyMemory<byte> Content,
    string? ExecutionId = null,
    string? NodeId = null);

/// <summary>An image on a document: a row of <c>document_attachments</c>.</summary>
/// <param name="Id">The id.</param>
/// <param name="DocumentId">The document.</param>
/// <param name="ImageId">The image, itself a document.</param>
/// <param name="IsPrimary">Whether it is the one to show first.</param>
/// <param name="Order">Its place among the attachments made together, from 0.</param>
/// <param name="ExecutionId">The execution that made it.</param>
public sealed record Attachment(string Id, string DocumentId, string ImageId, bool IsPrimary, int Order, string ExecutionId);
