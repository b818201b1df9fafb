using System.Globalization;
using System.Text.Json;

using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>Makes text for a schema's string: of its format, of a kind that suits the property's name, and of its length.</summary>
internal sealed class SchemaText(OfflineProse prose, Dice dice)
{
    private static readonly string[] TitleNames = ["title", "headline", "subject", "name", "heading"];
    private static readonly string[] KeywordNames = ["keyword", "tag", "topic", "category"];
    private static readonly DateOnly FirstDay = new(2025, 1, 1);

    public string Create(SchemaNode schema, string name)
    {
        if (schema.Find("format") is { ValueKind: JsonValueKind.String } format && OfFormat(format.GetString()!) is { } formatted)
            return formatted;
        return Sized(OfName(name), schema.Count("minLength") ?? 0, schema.Count("maxLength") ?? int.MaxValue);
    }

    private string? OfFormat(string format) => format switch
    {
        "date" => Day().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "date-time" => Day().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T09:00:00Z",
        "time" => "09:00:00Z",
        "duration" => "PT1H",
        "email" => "hello@example.com",
        "uri" or "url" or "iri" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uuid" => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{dice.Next(int.MaxValue):x12}"),
        _ => null,
    };

    private string OfName(string name) =>
        IsAmong(TitleNames, name) ? prose.Title() : IsAmong(KeywordNames, name) ? prose.Keyword() : prose.Sentence();

    private DateOnly Day() => FirstDay.AddDays(dice.Next(365));

    private static bool IsAmong(string[] names, string name) => names.Any(one => name.Contains(one, StringComparison.OrdinalIgnoreCase));

    private static string Sized(string text, int least, int most)
    {
        while (text.Length < least)
            text += " " + text;
        return text.Length <= most ? text : TextCut.To(text, Math.Max(least, most)).TrimEnd().PadRight(Math.Min(least, most), '.');
    }
}
