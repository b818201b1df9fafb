using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Graph;
using WorkflowFunctions.Nodes.Settings;

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

    /// <summary>One attempt is stopped after this, in seconds.</summary>
    [Description("One attempt is stopped after this many seconds"), Range(0.001, 86_400d)]
    public double TimeoutSeconds { get; init; } = 300;

    /// <summary>What happens once the last attempt has failed.</summary>
    [Description("What happens once the last attempt has failed")]
    public OnError OnError { get; init; }

    /// <summary>When the node runs, if several edges come in.</summary>
    [Description("Run when all incoming edges are settled and one is live, or as soon as any live one is")]
    public JoinKind Join { get; init; }

    /// <summary>Reads the policy of a node that has been checked.</summary>
    public static NodePolicy Read(JsonElement data) => data.Deserialize<NodePolicy>(SettingsSchema.Json)!;

    /// <summary>Lists what is wrong with the policy of a node.</summary>
    internal static IEnumerable<Problem> Check(JsonElement data) => Schema.Check(data, static _ => false);
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
