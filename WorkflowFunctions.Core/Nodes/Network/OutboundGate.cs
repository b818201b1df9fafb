using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// Opens the connections of workflows. The check comes after the name was looked up and before the connection is made, to the very address that was
/// checked: a name that changes its address between the two, and a redirect, gain nothing.
/// </summary>
internal sealed class OutboundGate(IOptions<OutboundOptions> options, HostLookup lookup)
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<IPNetwork> _networks = [.. options.Value.AllowedHosts.Select(ParseNetwork).OfType<IPNetwork>()];
    private readonly HashSet<string> _names = new(options.Value.AllowedHosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>The handler of a client that only reaches what is allowed; <see cref="RedirectHandler"/> comes before it.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        // .NET's own spans show whole addresses; OutboundSpans takes their place.
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
        ConnectTimeout = s_connectTimeout,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        MaxResponseHeadersLength = 64,
        UseCookies = false,
        UseProxy = options.Value.UseProxy,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        IReadOnlyList<IPAddress> found = IPAddress.TryParse(endPoint.Host, out var literal)
            ? [literal]
            : await lookup.FindAsync(endPoint.Host, cancellationToken);
        var allowed = found.Where(address => IsAllowed(endPoint.Host, address)).ToArray();
        if (allowed.Length == 0)
            throw new AddressRefusedException(endPoint.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(string host, IPAddress address)
    {
        if (options.Value.AllowPrivateAddresses is true || _names.Contains(host) || PublicAddresses.Contains(address))
            return true;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }

    private static IPNetwork? ParseNetwork(string text) => IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : null;
}

/// <summary>A workflow wanted to call what it may not.</summary>
internal sealed class AddressRefusedException(string host) : IOException(
    $"'{host}' is this machine, a private network or a metadata service, which workflows may not call here. Whoever runs the server can allow it: "
    + "Http__AllowedHosts__0, or Http__AllowPrivateAddresses.");
