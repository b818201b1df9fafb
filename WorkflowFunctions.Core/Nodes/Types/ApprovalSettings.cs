using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Nodes.Settings;

namespace WorkflowFunctions.Nodes.Types;

/// <summary>The settings of <c>approval</c>: what is asked, of whom, and when it is decided.</summary>
internal sealed record ApprovalSettings
{
    /// <summary>What <see cref="OnTimeout"/> says to fail the node.</summary>
    public const string Fail = "fail";

    private static readonly string[] s_decisions = ["approved", "rejected"];

    /// <summary>The settings that an answer is held against and that may be templates.</summary>
    private static readonly string[] s_rendered = ["form", "assignees", "groups", "required", "not_by"];

    /// <summary>What is asked, in Markdown.</summary>
    [Description("What is asked, for the person who answers; Markdown"), Format(FormatAttribute.Multiline)]
    public string? Message { get; init; }

    /// <summary>The JSON Schema of the object that is to be filled in.</summary>
    [Description("What is to be filled in: the JSON Schema of an object, whose defaults may be templates")]
    public JsonElement? Form { get; init; }

    /// <summary>What can be decided; each is a branch.</summary>
    [Description("What can be decided, each a handle; approved and rejected unless given"), MinLength(1)]
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Who is asked, by name.</summary>
    [Description("Who is asked: names of keys, or addresses as tokens have them; anyone, without assignees and groups")]
    public IReadOnlyList<string>? Assignees { get; init; }

    /// <summary>The groups whose members are asked.</summary>
    [Description("The groups whose members are asked")]
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>How many have to decide the same.</summary>
    [Description("How many have to decide the same"), Range(1, 100)]
    public int Required { get; init; } = 1;

    /// <summary>Who may not answer, although they are asked.</summary>
    [Description("Who may not answer, such as {{ execution.created_by }}")]
    public IReadOnlyList<string>? NotBy { get; init; }

    /// <summary>When those who are asked are reminded, once, in seconds after the question; never without it.</summary>
    [Description("After how many seconds those who are asked are reminded, once"), Range(0.001, DelayNode.MaxSeconds)]
    public double? RemindAfterSeconds { get; init; }

    /// <summary>Who is asked too from the reminder on.</summary>
    [Description("Who is asked too from the reminder on")]
    public IReadOnlyList<string>? EscalateTo { get; init; }

    /// <summary>How long to wait for an answer, in seconds; without it, as long as it takes.</summary>
    [Description("How long to wait for an answer, in seconds; as long as it takes unless given"), Range(0.001, DelayNode.MaxSeconds)]
    public double? TimeoutSeconds { get; init; }

    /// <summary>What is decided when the time is over; <see cref="Fail"/> for nothing.</summary>
    [Description("What is decided when nobody answers in time: a choice, or fail")]
    public string OnTimeout { get; init; } = Fail;

    /// <summary>What can be decided.</summary>
    internal IReadOnlyList<string> Decisions => Choices ?? s_decisions;

    /// <summary>Whether anyone may answer.</summary>
    internal bool IsForAnyone => Assignees is null or [] && Groups is null or [];

    /// <summary>Whether it can be answered without knowing how its templates have been rendered.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered.</param>
    internal static bool IsPlain(JsonElement data) =>
        !s_rendered.Any(name => data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null);

    /// <summary>What can be decided, as the author of the node says.</summary>
    /// <param name="data">The <c>data</c> object of the node, unrendered.</param>
    internal static IReadOnlyList<string> ChoicesOf(JsonElement data) =>
        data.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array
            ? [.. choices.EnumerateArray().Select(choice => choice.ValueKind == JsonValueKind.String ? choice.GetString()! : "")]
            : s_decisions;

    /// <summary>
    /// Reads the settings that were recorded of a node (<c>input_data_json</c>). Those by which it has failed count as not given.
    /// </summary>
    internal static ApprovalSettings Read(JsonElement recorded)
    {
        try
        {
            return recorded.Deserialize<ApprovalSettings>(SettingsSchema.Json)!;
        }
        catch (JsonException)
        {
            return new ApprovalSettings();
        }
    }

    /// <summary>What is wrong with a form; null if nothing is.</summary>
    internal static string? ProblemOf(JsonElement form) =>
        form.ValueKind != JsonValueKind.Object
        || !form.TryGetProperty("properties", out var fields) || fields.ValueKind != JsonValueKind.Object
            ? "The form has no fields (properties)."
            : AuthorSchema.Read(form).Problem is { } problem ? $"The form cannot be used: {problem}" : null;

    /// <summary>
    /// What has been decided: what <see cref="Required"/> people say, or the last of the choices when all who were asked have answered
    /// and too few say the same. Who is in a group is not known here: a question to a group stays open until then.
    /// </summary>
    /// <param name="given">What people have answered so far.</param>
    /// <returns>The decision; null while there is none.</returns>
    internal string? Decide(IReadOnlyCollection<string> given)
    {
        if (Decisions.FirstOrDefault(choice => given.Count(decision => decision == choice) >= Required) is { } decided)
            return decided;
        if (IsForAnyone || Groups is { Count: > 0 })
            return null;
        var people = (Assignees ?? []).Concat(EscalateTo ?? []).Except(NotBy ?? [], StringComparer.OrdinalIgnoreCase);
        return given.Count >= people.Count() ? Decisions[^1] : null;
    }
}

/// <summary>What people have decided: the payload of the signal, and the output of the node.</summary>
/// <param name="Decision">One of the choices.</param>
/// <param name="Values">The form as the one who decided filled it in; null without a form, or if nobody answered.</param>
/// <param name="Comment">Why.</param>
/// <param name="DecidedBy">Whose answer decided.</param>
/// <param name="Answers">All answers, in the order in which they were given.</param>
internal sealed record ApprovalOutcome(
    string Decision, JsonElement? Values, string? Comment, string? DecidedBy, IReadOnlyList<ApprovalAnswer> Answers);

/// <summary>What one person has answered.</summary>
/// <param name="Decision">One of the choices.</param>
/// <param name="Values">The form, filled in.</param>
/// <param name="Comment">Why.</param>
/// <param name="AnsweredBy">Who.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="Link">The link that was answered by; null for none.</param>
internal sealed record ApprovalAnswer(
    string Decision,
    JsonElement? Values,
    string? Comment,
    string AnsweredBy,
    DateTimeOffset AnsweredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Link = null);
