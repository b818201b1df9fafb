namespace WorkflowFunctions.Running;

/// <summary>Who else runs nodes on the same database.</summary>
public enum RecordAccess
{
    /// <summary>Nobody: what this process has written is what the record holds, so it need not be read again.</summary>
    Alone,

    /// <summary>Other processes too: each step reads the record anew, and a node is claimed there before it runs.</summary>
    Shared,
}
