using System.Net;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>A workflow wanted to call what it may not.</summary>
internal sealed class AddressRefusedException(string host) : IOException(
    $"'{host}' is this machine, a private network or a metadata service, which workflows may not call here. An administrator of the server can "
        + "allow it: "
    + "Http__AllowedHosts__0, or Http__AllowPrivateAddresses.");

/// <summary>Finds the addresses of a host: those of the system's resolver, unless a host registers another one.</summary>
public class HostLookup
{
    /// <summary>The addresses of a host.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public virtual Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);
}
