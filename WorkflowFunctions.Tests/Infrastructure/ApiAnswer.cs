using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>An answer of the API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Json">The body; undefined if there is none.</param>
/// <param name="Headers">The headers, without those of the body.</param>
/// <param name="MediaType">The media type of the body.</param>
public sealed record ApiAnswer(HttpStatusCode Status, JsonElement Json, HttpResponseHeaders Headers, string? MediaType)
{
    /// <summary>A member of the body.</summary>
    public JsonElement this[string member] => Json.GetProperty(member);

    public string Id => this["id"].GetString()!;

    public string State => this["status"].GetString()!;

    /// <summary>The pointers of the errors of a problem.</summary>
    public IReadOnlyList<string> Pointers =>
        [.. this["errors"].EnumerateArray().Select(error => error.GetProperty("pointer").GetString()!)];
}
