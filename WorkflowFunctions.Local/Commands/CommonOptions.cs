using System.CommandLine;

namespace WorkflowFunctions.Local.Commands;

/// <summary>The options that several commands have, and the settings that they come to.</summary>
internal static class CommonOptions
{
    /// <summary><c>--connection</c>.</summary>
    public static Option<string?> Connection { get; } = new("--connection")
    {
        Description = "The PostgreSQL to use (15 or newer), as an Npgsql connection string. Without it, and without "
            + "ConnectionStrings__Workflow, an embedded one is started, over the folder .data beside the project.",
    };

    /// <summary>What the options of a command line mean as settings.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="quiet">Whether the log is for warnings only, and stopping takes no time.</param>
    public static Dictionary<string, string?> Settings(ParseResult result, bool quiet)
    {
        var settings = new Dictionary<string, string?>();
        if (result.GetValue(Connection) is { } connection)
            settings["ConnectionStrings:Workflow"] = connection;
        if (quiet)
        {
            settings["Logging:LogLevel:Default"] = settings["Logging:LogLevel:WorkflowFunctions"] = "Warning";
            // Somebody waits at the keyboard; what does not finish at once is in the record.
            settings["Shutdown:TimeoutSeconds"] = "4";
        }

        return settings;
    }
}
