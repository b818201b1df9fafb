using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes;

/// <summary>The settings that every node has (workflow format, "Settings every node has"). They are plain values, not templates.</summary>
public sealed record NodePolicy
{
    /// <summary>The schema of these settings.</summary>
    public static SettingsSchema Schema { get; } = SettingsSchema.Of<NodePolicy>();

    /// <summary>What people read.</summary>
    [Description("What people read on the node; its id by default")]
    public string? Label { get; init; }

    /// <summary>How often, and when, a failed attempt is tried again.</summary>
    [Description("How often, and when, a failed attempt is tried again")]
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>One attempt is stopped after this, in seconds; null if nothing is said of it.</summary>
    [Description(
        "One attempt is stopped after this many seconds; after 300 if it runs for as long, and never while it waits, unless given")]
    [Range(0.001, 86_400d)]
    public double? TimeoutSeconds { get; init; }

    /// <summary>How long an attempt may run, besides what it waits.</summary>
    [JsonIgnore]
    public TimeSpan RunTimeout => TimeSpan.FromSeconds(TimeoutSeconds ?? 300);

    /// <summary>When an attempt fails if it has not ended, be it that it waits; null for never.</summary>
    /// <param name="begun">When it began.</param>
    public DateTimeOffset? DeadlineAfter(DateTimeOffset begun) => TimeoutSeconds is { } seconds ? After(begun, seconds) : null;

    /// <summary>A time that is kept and compared with later, so many seconds after another one.</summary>
    /// <remarks>
    /// In whole milliseconds: PostgreSQL keeps less of a time than .NET does, and this is compared with what it has kept.
    /// </remarks>
    internal static DateTimeOffset After(DateTimeOffset begun, double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(begun.AddSeconds(seconds).ToUnixTimeMilliseconds());

    /// <summary>What happens once the last attempt has failed.</summary>
    [Description("What happens once the last attempt has failed")]
    public OnError OnError { get; init; }

    /// <summary>Whether, and for how long, a recorded result is used again; null for never.</summary>
    [Description("Use the recorded result where the same node type was asked for the same before, instead of running")]
    public CachePolicy? Cache { get; init; }

    /// <summary>When the node runs, if several edges come in.</summary>
    [Description("Run when all incoming edges are settled and one is live, or as soon as any live one is")]
    public JoinKind Join { get; init; }

    /// <summary>Reads the policy of a node that has been checked.</summary>
    /// <param name="data">The <c>data</c> object of the node.</param>
    /// <param name="settings">The settings of its type. A name that they use as well means what the type says.</param>
    public static NodePolicy Read(JsonElement data, SettingsSchema settings) =>
        Own(data, settings).Deserialize<NodePolicy>(SettingsSchema.Json)!;

    /// <summary>Lists what is wrong with the policy of a node.</summary>
    internal static IEnumerable<Problem> Check(JsonElement data, SettingsSchema settings) =>
        Schema.Check(Own(data, settings), static _ => false);

    /// <summary>
    /// An approval's <c>timeout_seconds</c>, for example, is how long it waits for an answer, not how long an attempt may take.
    /// </summary>
    private static JsonElement Own(JsonElement data, SettingsSchema settings)
    {
        if (!Schema.Names.Any(name => settings.Property(name) is not null))
            return data;
        return JsonSerializer.SerializeToElement(data.EnumerateObject()
            .Where(member => settings.Property(member.Name) is null)
            .ToDictionary(member => member.Name, member => member.Value));
    }
}

/// <summary>For how long a recorded result is used again.</summary>
public sealed record CachePolicy
{
    /// <summary>Results that are older, in seconds, are not used.</summary>
    [Description("Results that are older than this many seconds are not used"), Range(1d, 31_536_000d)]
    public required double Seconds { get; init; }
}

/// <summary>How often, and when, a failed attempt is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>The number of attempts at the most, the first one included.</summary>
    [Description("The number of attempts at the most, the first one included"), Range(1, 100)]
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The wait before the second attempt, in seconds.</summary>
    [Description("Seconds to wait before the second attempt"), Range(0d, 86_400d)]
    public double DelaySeconds { get; init; } = 1;

    /// <summary>Each further wait is longer by this factor.</summary>
    [Description("Each further wait is longer by this factor"), Range(1d, 100d)]
    public double Backoff { get; init; } = 2;

    /// <summary>No wait is longer than this, in seconds.</summary>
    [Description("No wait is longer than this many seconds"), Range(0d, 86_400d)]
    public double MaxDelaySeconds { get; init; } = 60;

    /// <summary>The wait after an attempt has failed.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(MaxDelaySeconds, DelaySeconds * Math.Pow(Backoff, attempt - 1)));
}

/// <summary>What happens once the last attempt of a node has failed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnError>))]
public enum OnError
{
    /// <summary>The execution fails.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>The workflow goes on, with the error as the node's output.</summary>
    [JsonStringEnumMemberName("continue")]
    Continue,

    /// <summary>The workflow goes on along the edges from the handle <c>error</c> only.</summary>
    [JsonStringEnumMemberName("branch")]
    Branch,
}
