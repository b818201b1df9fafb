using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>The clients through which workflows reach other systems.</summary>
internal static class OutboundClients
{
    private static readonly ProductInfoHeaderValue s_userAgent =
        new("WorkflowFunctions", typeof(OutboundClients).Assembly.GetName().Version!.ToString(3));

    /// <summary>Lets a client reach what the gate allows only, on each redirect, and tell of its calls without their addresses.</summary>
    public static void ThroughGate(this IHttpClientBuilder client) => client
        .NamesItself()
        .ConfigurePrimaryHttpMessageHandler(static provider => provider.GetRequiredService<OutboundGate>().CreateHandler())
        .AddHttpMessageHandler(static () => new RedirectHandler())
        .AddHttpMessageHandler(static () => new OutboundSpans())
        // They put whole addresses into scopes, and templates put secrets into addresses.
        .RemoveAllLoggers();

    /// <summary>Says who calls, unless a request says it otherwise: some servers refuse those who do not.</summary>
    public static IHttpClientBuilder NamesItself(this IHttpClientBuilder client) =>
        client.ConfigureHttpClient(static client => client.DefaultRequestHeaders.UserAgent.Add(s_userAgent));
}
