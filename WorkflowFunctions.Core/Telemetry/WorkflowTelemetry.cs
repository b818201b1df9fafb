namespace WorkflowFunctions.Telemetry;

/// <summary>What a host listens to, to see what the system does. Nothing is made of it while nobody listens.</summary>
public static class WorkflowTelemetry
{
    /// <summary>The name of the spans and the meter of this system.</summary>
    public const string SourceName = "WorkflowFunctions";

    /// <summary>The name of the spans and the meter of calls of language and image models (OpenTelemetry, "Semantic conventions for generative AI").</summary>
    public const string ModelSourceName = "WorkflowFunctions.Models";

    /// <summary>The sources of spans. PostgreSQL's and HTTP's are added by the packages that know them.</summary>
    public static string[] Sources => [SourceName, ModelSourceName];

    /// <summary>The meters: this system's, and those of .NET, ASP.NET Core, HTTP clients and PostgreSQL's driver.</summary>
    public static string[] Meters =>
    [
        SourceName, ModelSourceName, "Npgsql", "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
    ];
}
