using System.Text.RegularExpressions;

namespace WorkflowFunctions.Tests.Record;

/// <summary>The schema document, whose text is beside this file: its SQL by heading.</summary>
internal static partial class SchemaDocument
{
    private static readonly Dictionary<string, string> s_sql = Read();

    /// <summary>What the tables of the document refer to, and it does not define.</summary>
    public static IReadOnlyList<string> ReferredTables { get; } = ["workspaces", "users", "projects", "documents"];

    /// <summary>The statements under a heading, without their comments.</summary>
    public static IReadOnlyList<string> Statements(string heading) =>
        [.. Comment().Replace(s_sql[heading], "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Every statement of the document that makes a table or an index which has to be there.</summary>
    public static IReadOnlyList<string> RequiredStatements { get; } =
    [
        .. Statements("Existing Tables (Already Implemented)"),
        .. Statements("1. Workflow Execution Events Log"),
        .. Statements("2. Workflow Execution Checkpoints"),
        .. Statements("3. Workflow Execution Metrics"),
        .. Statements("4. Celery Task Tracking (Optional)"),
        .. Statements("Critical Indexes (Must Have)"),
    ];

    private static Dictionary<string, string> Read()
    {
        using var stream = typeof(SchemaDocument).Assembly.GetManifestResourceStream(typeof(SchemaDocument), "schema-document.md")!;
        using var reader = new StreamReader(stream);
        return Section().Matches(reader.ReadToEnd()).ToDictionary(
            section => section.Groups["heading"].Value,
            section => string.Join("\n", Block().Matches(section.Groups["text"].Value).Select(block => block.Groups["sql"].Value)));
    }

    [GeneratedRegex(@"^### (?<heading>[^\n]+)\n(?<text>.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^```sql\n(?<sql>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comment();
}
