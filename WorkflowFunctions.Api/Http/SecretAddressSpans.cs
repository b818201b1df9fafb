using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace WorkflowFunctions.Api.Http;

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
