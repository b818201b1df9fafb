namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>
/// Where the two tables are until one takes the place of the other. The new one has a schema of its own, so that everything about it
/// can have the name that it is to have.
/// </summary>
/// <param name="Table">The table.</param>
/// <param name="Schema">The schema in which it is used, quoted where SQL needs that.</param>
internal sealed record ConversionNames(string Table, string Schema)
{
    /// <summary>The table that is used.</summary>
    public string Used => $"{Schema}.{Table}";

    /// <summary>The schema of the partitioned table until it is exchanged.</summary>
    public string NewSchema => $"{Table}_partitioned";

    /// <summary>The partitioned table until it is exchanged.</summary>
    public string New => $"{NewSchema}.{Table}";

    /// <summary>The keys of rows that were written after copying began.</summary>
    public string Changes => $"{NewSchema}.changes";

    /// <summary>What writes those keys down.</summary>
    public string NoteChange => $"{NewSchema}.note_change";

    /// <summary>What refuses to empty the table meanwhile.</summary>
    public string RefuseTruncate => $"{NewSchema}.refuse_truncate";

    /// <summary>The triggers that call the two.</summary>
    public static IReadOnlyList<string> Triggers { get; } = ["workflow_partitioning_notes", "workflow_partitioning_keeps"];
}
