using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>What PostgreSQL's catalogue says of a table that is to be partitioned.</summary>
/// <param name="connection">The database.</param>
/// <param name="table">The table, as SQL names it.</param>
internal sealed class TableFacts(NpgsqlConnection connection, string table)
{
    public Task<TablePlace?> PlaceAsync(CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<TablePlace>("conversion.place", new { table }, cancellationToken);

    public Task<IReadOnlyList<TableColumn>> ColumnsAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<TableColumn>("conversion.columns", new { table }, cancellationToken);

    public Task<TableKey?> PrimaryKeyAsync(CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<TableKey>("conversion.primary_key", new { table }, cancellationToken);

    public Task<IReadOnlyList<TableIndex>> IndexesAsync(string key, CancellationToken cancellationToken) =>
        connection.QueryAsync<TableIndex>("conversion.indexes", new { table, key }, cancellationToken);

    public Task<IReadOnlyList<TableReference>> ReferencesAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<TableReference>("conversion.references", new { table }, cancellationToken);

    public Task<IReadOnlyList<TableView>> ViewsAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<TableView>("conversion.views", new { table }, cancellationToken);

    public Task<IReadOnlyList<OwnedSequence>> SequencesAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<OwnedSequence>("conversion.sequences", new { table }, cancellationToken);

    public Task<IReadOnlyList<TableObstacle>> ObstaclesAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<TableObstacle>("conversion.obstacles", new { table }, cancellationToken);

    /// <summary>Statements that make the triggers again, apart from some.</summary>
    public Task<IReadOnlyList<string>> TriggersAsync(IReadOnlyList<string> except, CancellationToken cancellationToken) =>
        connection.QueryAsync<string>("conversion.triggers", new { table, except = except.ToArray() }, cancellationToken);

    /// <summary>Statements that give the rights, policies and the comment again.</summary>
    public Task<IReadOnlyList<string>> RightsAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<string>("conversion.rights", new { table }, cancellationToken);

    public Task<IReadOnlyList<ForeignPolicy>> PoliciesOfOthersAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync<ForeignPolicy>("conversion.policies", new { table }, cancellationToken);
}

/// <summary>Where a table is, and how large.</summary>
internal sealed record TablePlace(string Schema, string Kind, bool Inherits, long? Rows, long Bytes, string Size, string Owner);

/// <summary>A column; its name is quoted where SQL needs that.</summary>
internal sealed record TableColumn(string Name, string Type, bool IsGenerated, bool IsIdentity);

/// <summary>A primary key.</summary>
internal sealed record TableKey
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }
}

/// <summary>An index: its definition from <c>USING</c> on, and whether the partition key is among its columns.</summary>
internal sealed record TableIndex(string Name, string Definition, bool IsUnique, bool IsExclusion, bool HasKey);

/// <summary>A foreign key from the table, to it, or both.</summary>
internal sealed record TableReference(
    string Name, string FromTable, string ToTable, bool IsOutgoing, bool IsIncoming, string Definition, bool IsValid)
{
    /// <summary>Whether a partitioned table can have it: its key is no longer the one column that others may refer to.</summary>
    public bool CanStay => IsOutgoing && !IsIncoming && IsValid;
}

/// <summary>A view, as statements.</summary>
internal sealed record TableView
{
    public required string Dropping { get; init; }

    public required IReadOnlyList<string> Making { get; init; }
}

/// <summary>A policy of another table that looks into this one, as statements.</summary>
internal sealed record ForeignPolicy(string Table, string Dropping, string Making);

/// <summary>A sequence that belongs to a column.</summary>
internal sealed record OwnedSequence(string Name, string Column);

/// <summary>Something else that is built on the table.</summary>
internal sealed record TableObstacle(string What, bool IsObstacle);
