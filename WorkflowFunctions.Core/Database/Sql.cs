using System.Collections.Concurrent;
using System.Reflection;

namespace WorkflowFunctions.Database;

/// <summary>
/// The SQL of the program, by name. A name is <c>concern.statement</c>: either the file <c>concern.statement.sql</c>, or in the file
/// <c>concern.sql</c> what stands below <c>-- name: statement</c>. The files lie beside the classes that run them.
/// </summary>
internal static class Sql
{
    private const string Mark = "-- name: ";

    private static readonly ConcurrentDictionary<string, string> s_statements = new(StringComparer.Ordinal);

    /// <summary>The text of a statement.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static string Read(string name) => s_statements.GetOrAdd(name, static name =>
        Assemblies().SelectMany(Statements).FirstOrDefault(statement => statement.Name == name).Text
            ?? throw new InvalidOperationException($"There is no SQL statement '{name}'."));

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

    private static IEnumerable<Assembly> Assemblies() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(static assembly => !assembly.IsDynamic && assembly.GetName().Name!.StartsWith("WorkflowFunctions.", StringComparison.Ordinal));
}
