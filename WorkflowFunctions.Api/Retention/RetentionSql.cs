using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>The statements of retention; which executions go is said in one place for all of them.</summary>
internal static class RetentionSql
{
    public static readonly string Expired = Sql.Read("retention.expired");

    /// <summary>A statement that has the condition in it.</summary>
    public static string Read(string name) => Sql.Read(name).Replace("{expired}", Expired, StringComparison.Ordinal);
}
