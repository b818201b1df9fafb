using System.Net;

namespace WorkflowFunctions.Nodes.Network;

/// <summary>Finds the addresses of a host: those of the system's resolver, unless a host registers another one.</summary>
public class HostLookup
{
    /// <summary>The addresses of a host.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public virtual Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
}
