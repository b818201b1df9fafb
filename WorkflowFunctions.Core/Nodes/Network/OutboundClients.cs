using Microsoft.Extensions.DependencyInjection;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>The clients through which workflows reach other systems.</summary>
internal static class OutboundClients
{
    /// <summary>Lets a client reach what the gate allows only, on each redirect, and tell of its calls without their addresses.</summary>
    public static void ThroughGate(this IHttpClientBuilder client) => client
        .ConfigurePrimaryHttpMessageHandler(static provider => provider.GetRequiredService<OutboundGate>().CreateHandler())
        .AddHttpMessageHandler(static () => new RedirectHandler())
        .AddHttpMessageHandler(static () => new OutboundSpans())
        // They put whole addresses into scopes, and templates put secrets into addresses.
        .RemoveAllLoggers();
}
