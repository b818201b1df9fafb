using WorkflowFunctions.Record;

namespace WorkflowFunctions.Maintenance.Retention;

/// <summary>The statements of retention; which executions go is said in one place for all of them.</summary>
internal static class RetentionSql
{
    public static readonly string Expired = Sql.Read("Retention.expired");

    /// <summary>A statement of <c>Record/Retention/</c> that has the condition in it.</summary>
    public static string Read(string name) => Sql.Read($"Retention.{name}").Replace("{expired}", Expired, StringComparison.Ordinal);
}
