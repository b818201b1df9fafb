using System.Text.Json.Serialization;

namespace WorkflowFunctions.Workflows;

/// <summary>One thing that is wrong with a workflow, said so that its author can mend it.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) into the file: <c>/nodes/3/data/prompt</c>.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
/// <param name="Expected">What would have been right.</param>
/// <param name="NodeId">The node it is about, if it is about one.</param>
/// <param name="EdgeId">The edge it is about, if it is about one.</param>
/// <param name="Line">The line of what was sent that it is about, from 1, where that is made of lines.</param>
public sealed record Problem(
    string Pointer,
    string Detail,
    string Expected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NodeId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EdgeId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Line = null)
{
    /// <summary>Whether the file is no drawing that could be kept, rather than one that cannot run yet.</summary>
    internal bool PreventsSaving { get; init; }

    /// <summary>Escapes a member name for use in a JSON pointer (RFC 6901, section 3).</summary>
    public static string Escape(string member) => member.Replace("~", "~0").Replace("/", "~1");
}
