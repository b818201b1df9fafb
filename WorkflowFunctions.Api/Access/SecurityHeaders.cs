using Microsoft.AspNetCore.Builder;

namespace WorkflowFunctions.Api.Access;

/// <summary>
/// The headers that keep browsers from doing with an answer what it is not meant for. An endpoint may set stricter ones of its own.
/// </summary>
internal static class SecurityHeaders
{
    // Nothing in what the API answers is a page.
    private const string OfApi = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    // The page of the description has scripts and styles in it.
    private const string OfDescription =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src "
            + "'self' data:; "
        + "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/scalar") ? OfDescription : OfApi;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            // What one caller may see is not to be kept for the next one; an ETag still saves sending it again.
            headers.CacheControl = "private, no-cache";
        }

        return next(context);
    });
}
