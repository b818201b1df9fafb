using System.Diagnostics;

namespace WorkflowFunctions.Telemetry;

/// <summary>What a host listens to, to see what the system does. Nothing is made of it while nobody listens.</summary>
public static class WorkflowTelemetry
{
    /// <summary>The name of the spans and the meter of this system.</summary>
    public const string SourceName = "WorkflowFunctions";

    /// <summary>
    /// The name of the spans and the meter of calls of language and image models (OpenTelemetry, "Semantic conventions for generative AI").
    /// </summary>
    public const string ModelSourceName = "WorkflowFunctions.Models";

    /// <summary>The spans of this system.</summary>
    internal static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The sources of spans. PostgreSQL's and HTTP's are added by the packages that know them.</summary>
    public static string[] Sources => [SourceName, ModelSourceName];

    /// <summary>The meters: this system's, and those of .NET, ASP.NET Core, HTTP clients and PostgreSQL's driver.</summary>
    public static string[] Meters =>
        [
            SourceName, ModelSourceName, "Npgsql", "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting",
            "Microsoft.AspNetCore.Server.Kestrel",
        ];

    /// <summary>
    /// Begins what is done at once for several callers: below the caller, if it is one; otherwise in a trace of its own, linked to each of
    /// them (OpenTelemetry, "Links between spans"). Null if none of them is traced.
    /// </summary>
    internal static Activity? StartBatch(string name, IReadOnlyList<Activity> callers)
    {
        ActivityContext[] traced = Source.HasListeners()
            ? [.. callers.Where(caller => caller.Recorded).Select(caller => caller.Context).Distinct()]
            : [];
        return traced switch
        {
            [] => null,
            [var caller] => Source.StartActivity(name, ActivityKind.Internal, caller),
            _ => Source
                .StartActivity(
                    name, ActivityKind.Internal, default(ActivityContext), links: traced.Select(caller => new ActivityLink(caller)))
                ?.SetTag("workflow.batch.size", traced.Length),
        };
    }
}
