using System.Net;
using System.Net.Sockets;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>Ports for the in-process test host, which would else take one by chance.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
