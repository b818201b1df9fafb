using System.Text.Json;

namespace WorkflowFunctions.Orchestration;

/// <summary>Keeps secrets out of what is recorded.</summary>
internal static class SecretMask
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    /// <summary>Shorter values are too common in other words to be replaced there.</summary>
    private const int ShortestToReplace = 4;

    /// <summary>What templates read as <c>secrets</c> for the record: the names, with masks for values.</summary>
    public static JsonElement Masked(IReadOnlyDictionary<string, string> secrets) =>
        JsonSerializer.SerializeToElement(secrets.Keys.ToDictionary(name => name, _ => Mask));

    /// <summary>Replaces secrets where another system has echoed them, as they are or encoded (<see cref="SecretForms"/>).</summary>
    public static string? Replace(string? text, IReadOnlyDictionary<string, string> secrets)
    {
        if (text is null)
            return null;
        foreach (var secret in secrets.Values.Where(secret => secret.Length >= ShortestToReplace).OrderByDescending(secret => secret.Length))
            text = SecretForms.Of(secret).Replace(text, Mask);
        return text;
    }
}
