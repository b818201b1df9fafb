using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;

namespace WorkflowFunctions.Api.Documents;

/// <summary><c>/api/documents</c></summary>
internal static class DocumentEndpoints
{
    public static void MapDocuments(this IEndpointRouteBuilder api) => api
        .MapGet("/documents/{id}/content", FindContentAsync)
        .For(AccessScope.Read, AccessKind.Document, noun: "document with content")
        .WithTags("Documents")
        .WithSummary("Read the content of a document that a workflow made")
        .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<FileContentHttpResult> FindContentAsync(
        string id, HttpContext context, DocumentStore documents, CancellationToken cancellationToken)
    {
        var document = await documents.FindContentAsync(id, cancellationToken) ?? throw ApiException.NotFound("document with content", id);
        return Answer(context, document);
    }

    /// <summary>Answers with the content of a document.</summary>
    public static FileContentHttpResult Answer(HttpContext context, DocumentContent document)
    {
        // What a model wrote is shown, but nothing in it runs here, whatever it says that it is.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
        return TypedResults.Bytes(document.Content, ContentType(document.MediaType), enableRangeProcessing: true);
    }

    private static string ContentType(string mediaType)
    {
        if (!MediaTypeHeaderValue.TryParse(mediaType, out var type))
            return "application/octet-stream";
        if (type.Type.Equals("text", StringComparison.OrdinalIgnoreCase) && !type.Charset.HasValue)
            type.Charset = "utf-8";
        return type.ToString();
    }
}
