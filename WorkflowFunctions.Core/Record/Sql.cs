using System.Collections.Concurrent;

namespace WorkflowFunctions.Record;

/// <summary>The SQL of the record: one file a statement, beside the class that runs it.</summary>
internal static class Sql
{
    private const string Prefix = "WorkflowFunctions.Record.";

    private static readonly ConcurrentDictionary<string, string> s_read = new();

    /// <summary>The text of a file, by folder and name: <c>Executions.start</c> is <c>Record/Executions/start.sql</c>.</summary>
    public static string Read(string name) => s_read.GetOrAdd(name, static name =>
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream($"{Prefix}{name}.sql")
            ?? throw new InvalidOperationException($"There is no SQL file '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
