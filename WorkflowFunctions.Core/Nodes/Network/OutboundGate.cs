using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>
/// Opens the connections of workflows. The check comes after the name was looked up and before the connection is made, to the very address
/// that was checked: a name that changes its address between the two, and a redirect, gain nothing.
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

/// <summary>
/// Which addresses are of the public internet. All others are refused: this machine, its link and its private networks, the metadata
/// services of clouds, multicast, and what carries an IPv4 address inside (IANA, "Special-Purpose Address Registry" of IPv4 and of IPv6).
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] s_special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // The platform service of Azure has an address that looks public.
            "168.63.129.16/32",
            "::/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is of the public internet.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            && !Array.Exists(s_special, network => network.Contains(plain));
    }
}
