using System.Net;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// Follows redirects as browsers do (Fetch, "HTTP-redirect fetch"), and takes along to another origin no header that the author of a
/// workflow has set but those that say how the answer is to look: what is meant for one service is not for another that it points to.
/// </summary>
internal sealed class RedirectHandler : DelegatingHandler
{
    private const int MaxRedirects = 5;

    private static readonly HashSet<string> s_safe = new(
        ["Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "User-Agent"], StringComparer.OrdinalIgnoreCase);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        for (var redirects = 0; Target(request.RequestUri!, response) is { } target; redirects++)
        {
            response.Dispose();
            if (redirects == MaxRedirects)
            {
                throw new HttpRequestException(
                    $"It redirects more than {MaxRedirects} times, perhaps in a circle.", inner: null, response.StatusCode);
            }

            Redirect(request, response.StatusCode, target);
            response = await base.SendAsync(request, cancellationToken);
        }

        return response;
    }

    /// <summary>Where an answer leads; null if it leads nowhere, or from https to where everyone could listen.</summary>
    private static Uri? Target(Uri from, HttpResponseMessage response)
    {
        if (response.StatusCode
                is not (
                    HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || response.Headers.Location is not { } location)
        {
            return null;
        }

        var target = location.IsAbsoluteUri ? location : new Uri(from, location);
        return target.Scheme == "https" || (target.Scheme == "http" && from.Scheme == "http") ? target : null;
    }

    private static void Redirect(HttpRequestMessage request, HttpStatusCode status, Uri target)
    {
        var isOtherOrigin =
            Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase)
            != 0;
        request.RequestUri = target;
        if ((status == HttpStatusCode.SeeOther && request.Method != HttpMethod.Head)
            || (
                status is HttpStatusCode.MultipleChoices or HttpStatusCode.MovedPermanently or HttpStatusCode.Found
                && request.Method == HttpMethod.Post))
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
        }

        // The name of a host is part of its origin, however it is written.
        request.Headers.Host = null;
        if (!isOtherOrigin)
            return;
        foreach (var name in request.Headers.NonValidated.Select(header => header.Key).Where(name => !s_safe.Contains(name)).ToList())
            request.Headers.Remove(name);
        foreach (var name
            in request.Content?.Headers.NonValidated.Select(header => header.Key).Where(name => !IsOfBody(name)).ToList() ?? [])
            request.Content!.Headers.Remove(name);
    }

    private static bool IsOfBody(string name) => name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
}
