using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace WorkflowFunctions.Api.Page;

/// <summary>
/// Serves the page: its files, and its start for every other address that is not the API's, because the page has addresses of its own.
/// </summary>
public static class WebPage
{
    private const string Start = "/index.html";

    // The browser runs and shows nothing that does not come from here; images may also be made by the page itself.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private const string NotBuilt =
        "The API is here, and /scalar describes it, but the page was not built. Install Node.js 20.19 or later (https://nodejs.org) so "
            + "that "
        + "npm is on the PATH, and build again with dotnet build.";

    private static readonly PathString s_assets = "/assets";
    private static readonly PathString[] s_reserved = ["/api", "/openapi", "/scalar"];
    private static readonly FileExtensionContentTypeProvider s_types = new();

    // The smaller one first. The build makes the files.
    private static readonly (string Coding, string Extension)[] s_codings = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>Serves the page to requests that no endpoint takes and whose address is not the API's.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="files">What the build has made of the page.</param>
    public static void UseWebPage(this IApplicationBuilder app, IFileProvider files) =>
        app.Use((context, next) => IsForPage(context) && Find(files, context.Request.Path) is { } answer
            ? SendAsync(context, files, answer)
            : next(context));

    private static bool IsForPage(HttpContext context) =>
        context.GetEndpoint() is null
        && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && !s_reserved.Any(prefix => context.Request.Path.StartsWithSegments(prefix));

    /// <summary>The path of the file that answers an address; null for the address of a file that is not there.</summary>
    private static string? Find(IFileProvider files, PathString address) => address.Value switch
    {
        null or "/" => Start,
        // What is there may be written in many ways, of which the web server takes some for folders.
        var path when path.Split('/').Any(part => part is "." or "..") => null,
        var path when path.EndsWith('/') => Start,
        var path when files.GetFileInfo(path) is { Exists: true, IsDirectory: false } => path,
        var path => Path.HasExtension(path) ? null : Start,
    };

    private static Task SendAsync(HttpContext context, IFileProvider files, string path)
    {
        var file = files.GetFileInfo(path);
        if (file.PhysicalPath is null || !file.Exists)
            return Results.Text(NotBuilt, statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        // The names of assets change with their content.
        headers.CacheControl = new PathString(path).StartsWithSegments(s_assets) ? "public, max-age=31536000, immutable" : "no-cache";

        foreach (var (coding, extension) in s_codings)
        {
            if (files.GetFileInfo(path + extension) is not { Exists: true, PhysicalPath: not null } compressed)
                continue;
            headers.Vary = HeaderNames.AcceptEncoding;
            if (!Takes(context.Request, coding))
                continue;
            headers.ContentEncoding = coding;
            file = compressed;
            break;
        }

        return Results.File(file.PhysicalPath, ContentType(path), lastModified: file.LastModified, entityTag: Tag(file))
            .ExecuteAsync(context);
    }

    private static bool Takes(HttpRequest request, string coding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(taken => taken.Value == coding && taken.Quality is not 0);

    private static string ContentType(string path)
    {
        if (!s_types.TryGetContentType(path, out var type))
            return "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }

    private static EntityTagHeaderValue Tag(IFileInfo file) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{file.LastModified.UtcTicks:x}-{file.Length:x}\""));
}
