using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Database;

/// <summary>
/// The SQL of the program, by name. A name is <c>concern.statement</c>: either the file <c>concern.statement.sql</c>, or in the file
/// <c>concern.sql</c> what stands below <c>-- name: statement</c>. The files lie beside the classes that run them. A condition that several
/// statements have is a statement of its own, and stands in them as <c>{concern.statement}</c>.
/// </summary>
internal static partial class Sql
{
    /// <summary>
    /// Has a session keep its plans, for statements that take arrays of keys: a plan for these very values is no better than the one for
    /// any. The first plan is made when tables may be empty, and must not read them from one end to the other once they are large.
    /// </summary>
    public const string KeepPlans = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off";

    private const string Mark = "-- name: ";

    private static readonly ConcurrentDictionary<string, string> s_statements = new(StringComparer.Ordinal);

    /// <summary>The text of a statement.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static string Read(string name) => s_statements.GetOrAdd(name, static name =>
        Assemblies().SelectMany(Statements).FirstOrDefault(statement => statement.Name == name).Text is { } text
            ? Part().Replace(text, static part => Read(part.Groups[1].Value))
            : throw new InvalidOperationException($"There is no SQL statement '{name}'."));

    /// <summary>The names of all statements in an assembly, each with its text.</summary>
    internal static IEnumerable<(string Name, string Text)> Statements(Assembly assembly)
    {
        foreach (var file in assembly.GetManifestResourceNames().Where(static file => file.EndsWith(".sql", StringComparison.Ordinal)))
        {
            var concern = Path.GetFileNameWithoutExtension(file);
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            var text = reader.ReadToEnd();
            if (!text.StartsWith(Mark, StringComparison.Ordinal))
            {
                yield return (concern, text);
                continue;
            }

            foreach (var block in text.Split(Mark, StringSplitOptions.RemoveEmptyEntries))
            {
                var end = block.IndexOf('\n', StringComparison.Ordinal);
                yield return ($"{concern}.{block[..end].Trim()}", block[(end + 1)..].Trim());
            }
        }
    }

    /// <summary>Where another statement stands.</summary>
    [GeneratedRegex(@"\{(\w+\.\w+)\}")]
    internal static partial Regex Part();

    private static IEnumerable<Assembly> Assemblies() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(
            static assembly => !assembly.IsDynamic && assembly.GetName().Name!.StartsWith("WorkflowFunctions.", StringComparison.Ordinal));
}

/// <summary>Values for definitions of tables, which take no parameters.</summary>
internal static class SqlLiteral
{
    /// <summary>A text between quotes (PostgreSQL, "String Constants"; backslashes stand for themselves).</summary>
    public static string Of(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
