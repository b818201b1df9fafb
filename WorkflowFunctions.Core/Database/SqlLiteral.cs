namespace WorkflowFunctions.Database;

/// <summary>Values for definitions of tables, which take no parameters.</summary>
internal static class SqlLiteral
{
    /// <summary>A text between quotes (PostgreSQL, "String Constants"; backslashes stand for themselves).</summary>
    public static string Of(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
