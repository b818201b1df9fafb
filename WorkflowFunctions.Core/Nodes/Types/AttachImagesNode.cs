using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>attach_images</c>: puts images on a document (schema document, <c>document_attachments</c>).</summary>
internal sealed class AttachImagesNode(IDocuments documents) : NodeType<AttachImagesNode.AttachImagesSettings>
{
    /// <inheritdoc/>
    public override string Name => "attach_images";

    /// <inheritdoc/>
    public override string Description => "Attaches images to a document.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["attachment_ids"];

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(
        AttachImagesSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var attachments = settings.ImageIds
            .Select((imageId, index) => new Attachment(
                $"{context.JobId}:{index}", settings.DocumentId, imageId, index == settings.Primary, index, context.ExecutionId))
            .ToList();
        await documents.AttachAsync(attachments, cancellationToken);
        return NodeResult.Completed(new { attachment_ids = attachments.Select(attachment => attachment.Id) });
    }

    /// <summary>The settings of <c>attach_images</c>.</summary>
    public sealed record AttachImagesSettings
    {
        /// <summary>The document.</summary>
        [Description("The id of the document"), MinLength(1)]
        public required string DocumentId { get; init; }

        /// <summary>The images, in the order in which they are to be shown.</summary>
        [Description("The ids of the images, in order")]
        public required IReadOnlyList<string> ImageIds { get; init; }

        /// <summary>Which of the images is shown first: an index from 0.</summary>
        [Description("Which of the images is the primary one: an index from 0"), Range(0, 10_000)]
        public int Primary { get; init; }
    }
}
