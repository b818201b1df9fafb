using System.Runtime.InteropServices;
using System.Text.Json;

namespace WorkflowFunctions.Workflows;

/// <summary>Finds text that JSON can write down but neither .NET nor PostgreSQL takes: NUL, and half of a surrogate pair.</summary>
internal static class TextCheck
{
    /// <summary>Lists the strings and member names that cannot be used.</summary>
    public static IEnumerable<Problem> Check(JsonElement value, string pointer) =>
        // Both can only be written as an escape.
        value.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) >= 0
            ? Find(value, pointer)
            : [];

    private static IEnumerable<Problem> Find(JsonElement value, string pointer) => value.ValueKind switch
    {
        JsonValueKind.String => Read(value.GetString) is null ? [Unusable("The text", pointer)] : [],
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Find(item, $"{pointer}/{index}")),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Read(() => member.Name) is { } name
            ? Find(member.Value, $"{pointer}/{Problem.Escape(name)}")
            : [Unusable("The name of a member", pointer)]),
        _ => [],
    };

    private static Problem Unusable(string what, string pointer) =>
        new(pointer, $"{what} holds a NUL character or half of a surrogate pair.", "text without them") { PreventsSaving = true };

    private static string? Read(Func<string?> read)
    {
        try
        {
            return read() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
