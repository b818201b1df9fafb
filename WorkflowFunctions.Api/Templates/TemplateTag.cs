using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>The entity tag of a template (RFC 9110, section 8.8.3): changes whenever someone saves it.</summary>
internal static class TemplateTag
{
    /// <summary>The tag; null for a row that tells no time.</summary>
    public static EntityTagHeaderValue? Of(TemplateRow row) => SavedAt(row) is { } time
        ? new EntityTagHeaderValue($"\"{time.UtcTicks.ToString("x", CultureInfo.InvariantCulture)}\"")
        : null;

    /// <summary>When a template was saved last.</summary>
    public static DateTimeOffset? SavedAt(TemplateRow row) => row.UpdatedAt ?? row.CreatedAt;

    /// <summary>Answers with the tag of a template.</summary>
    public static void Send(HttpResponse response, TemplateRow row) => response.Headers.ETag = Of(row)?.ToString();

    /// <summary>Whether the client has seen this state of a template (<c>If-None-Match</c>).</summary>
    public static bool IsSeen(HttpRequest request, TemplateRow row) =>
        Of(row) is { } tag && Given(request, HeaderNames.IfNoneMatch)
            .Any(given => given.Equals(EntityTagHeaderValue.Any) || given.Compare(tag, useStrongComparison: false));

    /// <summary>Whether the client wants to change this very state only (<c>If-Match</c>).</summary>
    /// <exception cref="ApiException">412: it has seen another one.</exception>
    public static bool IsBound(HttpRequest request, TemplateRow row)
    {
        var wanted = Given(request, HeaderNames.IfMatch);
        if (wanted.Count == 0 || wanted.Any(given => given.Equals(EntityTagHeaderValue.Any)))
            return false;
        return Of(row) is { } tag && wanted.Any(given => given.Compare(tag, useStrongComparison: true)) ? true : throw Stale(row.Id);
    }

    /// <summary>412: someone else has saved the template since.</summary>
    public static ApiException Stale(string id) => new(ApiProblem.Of(
        StatusCodes.Status412PreconditionFailed,
        $"The template '{id}' has been changed since you read it. Read it again, and send its new ETag in If-Match."));

    private static IList<EntityTagHeaderValue> Given(HttpRequest request, string header)
    {
        var values = request.Headers[header];
        if (values.Count == 0)
            return [];
        return EntityTagHeaderValue.TryParseStrictList(values, out var tags)
            ? tags
            : throw ApiException.BadParameter(header, values, "an ETag as it was given, with its quotes, or *");
    }
}
