namespace WorkflowFunctions.Nodes.Secrets;

/// <summary>
/// The secrets that settings read as <c>secrets.name</c>. They reach only the handler: they are never written to the record, a
/// log or an event.
/// </summary>
public interface ISecrets
{
    /// <summary>The secrets that executions of a workspace may read, by name.</summary>
    IReadOnlyDictionary<string, string> Of(string workspaceId);
}
