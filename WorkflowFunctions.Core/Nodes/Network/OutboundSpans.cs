using System.Diagnostics;
using System.Globalization;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// The spans of calls that workflows make (OpenTelemetry, "Semantic conventions for HTTP spans"), in the place of those of .NET: an address
/// that a workflow has put together may hold secrets in its path and its query, which are not shown.
/// </summary>
internal sealed class OutboundSpans : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = WorkflowTelemetry.Source.StartActivity(request.Method.Method, ActivityKind.Client);
        if (span is null)
            return await base.SendAsync(request, cancellationToken);
        var address = request.RequestUri!;
        span.SetTag("http.request.method", request.Method.Method)
            .SetTag("server.address", address.Host)
            .SetTag("server.port", address.Port)
            .SetTag("url.full", $"{address.Scheme}://{address.Authority}/*");
        DistributedContextPropagator.Current.Inject(span, request, static (carrier, name, value) =>
        {
            if (carrier is HttpRequestMessage message)
                message.Headers.TryAddWithoutValidation(name, value);
        });
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            span.SetTag("http.response.status_code", (int)response.StatusCode);
            if ((int)response.StatusCode >= 400)
                Fail(span, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (Exception exception)
        {
            Fail(span, exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } refused
                ? refused.HttpRequestError.ToString()
                : exception.GetType().FullName!);
            throw;
        }
    }

    private static void Fail(Activity span, string type) => span.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);
}
