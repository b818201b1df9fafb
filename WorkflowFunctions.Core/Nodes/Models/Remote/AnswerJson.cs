using System.Text.Json;

namespace WorkflowFunctions.Nodes.Models.Remote;

/// <summary>Reads what endpoints answer without minding what else is in it: nothing but what is asked for has to have a form.</summary>
internal static class AnswerJson
{
    /// <summary>A member; undefined where there is none, or no object that could have one.</summary>
    public static JsonElement Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The items of an array; none where there is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

    /// <summary>A text that is not empty; null where there is none.</summary>
    public static string? NonEmptyText(this JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A number as it is written; null where there is none.</summary>
    public static string? NumberText(this JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetRawText() : null;
}
