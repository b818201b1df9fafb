namespace WorkflowFunctions.Nodes.Network;

/// <summary>Where workflows may call: the section <c>Http</c> of the configuration.</summary>
public sealed record OutboundOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Http";

    /// <summary>
    /// Whether workflows may call this machine and private networks. Unless given: yes on a server that is open to the one user of its own
    /// machine, and no on any other.
    /// </summary>
    public bool? AllowPrivateAddresses { get; set; }

    /// <summary>
    /// What may be called although it is not public: names of hosts (<c>crm.internal</c>), addresses (<c>10.1.2.3</c>) and networks
    /// (<c>10.1.0.0/16</c>).
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Whether calls go through the proxy that the environment names (<c>HTTPS_PROXY</c>). The proxy then has to keep workflows away from
    /// private addresses: this server sees its address only.
    /// </summary>
    public bool UseProxy { get; set; }
}
