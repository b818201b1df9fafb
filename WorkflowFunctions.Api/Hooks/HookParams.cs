using System.Text.Json;

namespace WorkflowFunctions.Api.Hooks;

/// <summary>Makes params of what a hook is sent.</summary>
internal static class HookParams
{
    /// <summary>The members of an object; any other value as <c>body</c>.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Of(JsonElement body) => body.ValueKind == JsonValueKind.Object
        ? body.EnumerateObject().ToDictionary(member => member.Name, member => member.Value)
        : new Dictionary<string, JsonElement> { ["body"] = body };
}
