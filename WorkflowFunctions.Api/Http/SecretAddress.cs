using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace WorkflowFunctions.Api.Http;

/// <summary>Marks an endpoint whose address has a secret in it: the log has its pattern instead.</summary>
internal sealed class SecretAddress
{
    private SecretAddress()
    {
    }

    public static SecretAddress Instance { get; } = new();

    /// <summary>The address of a request, as it may be written to the log.</summary>
    /// <param name="endpoint">The endpoint that took the request; null for none.</param>
    /// <param name="path">The path of the request.</param>
    public static string? ForLog(Endpoint? endpoint, PathString path) =>
        endpoint is RouteEndpoint route && route.Metadata.GetMetadata<SecretAddress>() is not null
            ? route.RoutePattern.RawText
            : path.Value;
}

/// <summary>Keeps the addresses that have secrets in them out of the spans of requests.</summary>
internal static class SecretAddressSpans
{
    public static void UseSecretAddressSpans(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span
            && SecretAddress.ForLog(context.GetEndpoint(), context.Request.Path) is { } shown && shown != context.Request.Path.Value)
        {
            span.SetTag("url.path", shown);
        }

        return next(context);
    });
}
