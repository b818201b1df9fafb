using System.Net;
using System.Net.Sockets;

namespace WorkflowFunctions.Tests.Infrastructure;

/// <summary>Ports of this machine that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Finds one.</summary>
    public static int Find() => Find(1)[0];

    /// <summary>Finds several, all different.</summary>
    public static IReadOnlyList<int> Find(int count)
    {
        // Held all at once, so that none is found twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
