namespace WorkflowFunctions.Bench;

/// <summary>The SQL files of this project.</summary>
public static class BenchSql
{
    /// <summary>The text of a file, by folder and name: <c>Chaos.story</c> is <c>Chaos/story.sql</c>.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(BenchSql).Assembly.GetManifestResourceStream(typeof(BenchSql), $"{name}.sql")
            ?? throw new InvalidOperationException($"There is no SQL file '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
