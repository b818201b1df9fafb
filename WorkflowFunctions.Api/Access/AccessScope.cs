using System.Text.Json.Serialization;

namespace WorkflowFunctions.Api.Access;

/// <summary>What a caller may do. Each includes the ones before it, except that a caller who may only read does no tasks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessScope>))]
internal enum AccessScope
{
    /// <summary>Do the tasks of its workspaces and queues, as a worker, and nothing else.</summary>
    [JsonStringEnumMemberName("work")]
    Work,

    /// <summary>See everything in its workspaces, except keys.</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>Start executions and batches of them, and pause, resume, cancel, retry, fork and signal them; answer tasks.</summary>
    [JsonStringEnumMemberName("run")]
    Run,

    /// <summary>Change templates, schedules, hooks, subscriptions and keys; with all workspaces, run the work of the server.</summary>
    [JsonStringEnumMemberName("admin")]
    Admin,
}

/// <summary>The words for scopes.</summary>
internal static class AccessScopes
{
    /// <summary>All of them, as they are written.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<AccessScope>().Select(Name)];

    /// <summary>Whether a caller with one scope may do what takes another.</summary>
    public static bool Includes(AccessScope given, AccessScope needed) =>
        given == needed || (given > needed && (given, needed) != (AccessScope.Read, AccessScope.Work));

    /// <summary>How a scope is written.</summary>
    public static string Name(AccessScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>Reads a scope; null for any other word.</summary>
    public static AccessScope? Parse(string? name)
    {
        foreach (var scope in Enum.GetValues<AccessScope>())
        {
            if (Name(scope) == name)
                return scope;
        }

        return null;
    }
}
