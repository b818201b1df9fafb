using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowFunctions.Api.Http;

/// <summary>How the API writes JSON: the schema's column names, and any script as it is.</summary>
internal static class ApiJson
{
    /// <summary>The deepest JSON that is taken.</summary>
    public const int MaxRequestDepth = 64;

    /// <summary>Rows nest what was taken, and what other services gave, in objects of their own.</summary>
    private const int MaxResponseDepth = 1_000;

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        // What is sent as JSON is never part of a page of HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.MaxDepth = MaxResponseDepth;
    }
}
