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

    private static readonly ConcurrentDictionary<string, (string Text, IReadOnlyList<string> Parameters)> s_numbered =
        new(StringComparer.Ordinal);

    /// <summary>The text of a statement.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static string Read(string name) => s_statements.GetOrAdd(name, static name =>
        Assemblies().SelectMany(Statements).FirstOrDefault(statement => statement.Name == name).Text is { } text
            ? Part().Replace(text, static part => Read(part.Groups[1].Value))
            : throw new InvalidOperationException($"There is no SQL statement '{name}'."));

    /// <summary>
    /// The text of a statement with numbers in the place of its parameters, and the parameters in their order. The driver sends it as it is;
    /// one with names it reads through each time.
    /// </summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static (string Text, IReadOnlyList<string> Parameters) ReadNumbered(string name) => s_numbered.GetOrAdd(name, static name =>
    {
        var parameters = new List<string>();
        var text = Parameter().Replace(Comment().Replace(Read(name), ""), found =>
        {
            var parameter = found.Groups[1].Value;
            if (!parameters.Contains(parameter))
                parameters.Add(parameter);
            return $"${parameters.IndexOf(parameter) + 1}";
        });
        return ($"/* {name} */ {text}", parameters);
    });

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

    [GeneratedRegex(@"@(\w+)")]
    private static partial Regex Parameter();

    /// <summary>A line of comment.</summary>
    [GeneratedRegex(@"^\s*--.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

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
