using Microsoft.AspNetCore.Http;
using WorkflowFunctions.Api.Keys;

namespace WorkflowFunctions.Api.Access;

/// <summary>What a request shows to say who it is from: a key or a token, in a header, or in the cookie that the page has.</summary>
internal static class Credentials
{
    /// <summary>The cookie of the page: scripts cannot read it, and no other site's page can make a browser send it.</summary>
    public const string Cookie = "workflow_session";

    private const string Bearer = "Bearer ";

    /// <summary>The key or token; null if there is none.</summary>
    public static string? Find(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is { Length: > 0 } authorization)
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : "";
        if (request.Headers["X-Api-Key"].ToString() is { Length: > 0 } key)
            return key;
        return request.Cookies[Cookie];
    }

    /// <summary>Whether it is a key of this system.</summary>
    public static bool IsKey(string? credential) => credential?.StartsWith(ApiKeySecret.Prefix, StringComparison.Ordinal) is true;
}
