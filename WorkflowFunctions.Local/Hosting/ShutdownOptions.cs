namespace WorkflowFunctions.Local.Hosting;

/// <summary>How the server stops: the configuration section <c>Shutdown</c>.</summary>
internal sealed record ShutdownOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Shutdown";

    /// <summary>What is left, at the most, for what comes after the nodes.</summary>
    private const double Rest = 5;

    /// <summary>
    /// How long stopping may take, in seconds, from 1 to 3600. Less than what the platform waits before it kills: Kubernetes gives 30
    /// seconds, Docker 10.
    /// </summary>
    public double TimeoutSeconds { get; set; } = 25;

    /// <summary>
    /// How long the server goes on answering at the least while it says that it is not ready, in seconds, so that a load balancer notices;
    /// a bit more than the time between two of its probes.
    /// </summary>
    public double AnnounceSeconds { get; set; }

    /// <summary>Whether the values can be used.</summary>
    public bool IsValid => TimeoutSeconds is >= 1 and <= 3600 && AnnounceSeconds >= 0 && AnnounceSeconds < TimeoutSeconds;

    /// <summary>How long stopping may take.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>How long the server says that it is not ready, at the least.</summary>
    public TimeSpan Announce => TimeSpan.FromSeconds(AnnounceSeconds);

    /// <summary>How long nodes that run may take to finish.</summary>
    public TimeSpan ForNodes => TimeSpan.FromSeconds(TimeoutSeconds - Math.Min(Rest, TimeoutSeconds / 2));
}
