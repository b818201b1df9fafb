using System.Text;
using System.Text.Json;
using WorkflowFunctions.Database;
using WorkflowFunctions.Nodes.Secrets;

namespace WorkflowFunctions.Engine.Steps;

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
    public static string Replace(string text, IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var forms in FormsOf(secrets))
            text = forms.Replace(text, Mask);
        return text;
    }

    /// <summary>Replaces secrets inside JSON, which stays JSON.</summary>
    public static string ReplaceInJson(string json, IReadOnlyDictionary<string, string> secrets)
    {
        if (!FormsOf(secrets).Any(forms => forms.AreIn(json)))
            return json;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(RecordDatabase.ParseJson(json), writer, secrets);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static IEnumerable<SecretForms> FormsOf(IReadOnlyDictionary<string, string> secrets) =>
        secrets.Values.Where(secret => secret.Length >= ShortestToReplace).OrderByDescending(secret => secret.Length)
            .Select(SecretForms.Of);

    private static void Write(JsonElement json, Utf8JsonWriter writer, IReadOnlyDictionary<string, string> secrets)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    writer.WritePropertyName(Replace(member.Name, secrets));
                    Write(member.Value, writer, secrets);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                    Write(item, writer, secrets);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Replace(json.GetString()!, secrets));
                break;
            case JsonValueKind.Number when Replace(json.GetRawText(), secrets) != json.GetRawText():
                writer.WriteStringValue(Mask);
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
