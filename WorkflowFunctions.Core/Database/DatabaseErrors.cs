using Npgsql;

namespace WorkflowFunctions.Database;

/// <summary>What an error of PostgreSQL says to people: what was refused, which table and column, and what can be done.</summary>
internal static class DatabaseErrors
{
    /// <summary>The failure as logs tell it: what Npgsql writes of an error says only that there is more to say.</summary>
    public static Exception ForLog(this Exception exception) =>
        exception is PostgresException refusal ? new LoggedRefusal(refusal) : exception;

    /// <summary>Describes an error (PostgreSQL, appendix A, "Error Codes"), without values of rows.</summary>
    public static string Describe(PostgresException exception)
    {
        if (exception.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
            return "A number is larger than PostgreSQL can store: 131,072 digits before the decimal point and 16,383 after it.";
        var column = exception.ColumnName is { } name ? $"{exception.TableName}.{name}" : exception.TableName;
        var place = (column, exception.ConstraintName) switch
        {
            (null, null) => "",
            ({ } of, null) => $" in {of}",
            (null, { } constraint) => $" by {constraint}",
            ({ } of, { } constraint) => $" in {of}, by {constraint}",
        };
        var advice = exception switch
        {
            { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "documents" } =>
                $" Say what goes into it: Documents__Columns__{exception.ColumnName}.",
            { SqlState: PostgresErrorCodes.NotNullViolation } => " The column needs a value or a default.",
            { SqlState: PostgresErrorCodes.ForeignKeyViolation } => " What it refers to does not exist.",
            { SqlState: PostgresErrorCodes.UniqueViolation } => " There is such a row already.",
            { SqlState: PostgresErrorCodes.CheckViolation } => " The value is not allowed there.",
            { SqlState: PostgresErrorCodes.InsufficientPrivilege } => " The role of the connection needs the right to it.",
            { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } =>
                " Migrate the database, or mend the statement.",
            _ => "",
        };
        return $"PostgreSQL refused it{place}: {exception.MessageText} ({exception.SqlState}).{advice}";
    }

    private sealed class LoggedRefusal(PostgresException refusal) : Exception(Describe(refusal))
    {
        public override string? StackTrace => refusal.StackTrace;
    }
}
