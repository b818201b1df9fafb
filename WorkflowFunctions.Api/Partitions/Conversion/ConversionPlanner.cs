using System.Globalization;
using Npgsql;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>Looks at a table and says what partitioning it would do.</summary>
internal sealed class ConversionPlanner(NpgsqlConnection connection, IPartitioning partitioning, ConversionNames names)
{
    private readonly TableFacts _used = new(connection, names.Used);

    public async Task<ConversionPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var place = (await _used.PlaceAsync(cancellationToken))!;
        if (place.Kind == "p")
            return Plan(ConversionState.Done);

        var hasBegun = await new NewTable(connection, partitioning, names).IsThereAsync(cancellationToken);
        return Plan(hasBegun ? ConversionState.Begun : ConversionState.NotBegun) with
        {
            Does = Does(place, hasBegun),
            GivesUp = [.. await GivesUpAsync(cancellationToken)],
            Obstacles = [.. await ObstaclesAsync(place, cancellationToken)],
        };
    }

    private ConversionPlan Plan(ConversionState state) => new() { Table = names.Table, State = state };

    private string[] Does(TablePlace place, bool hasBegun) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{(hasBegun ? "Goes on copying" : "Copies")} "
            + $"{(place.Rows is { } rows ? $"about {rows:N0}" : "all")} rows ({place.Size} with indexes; as much disk is needed until the "
            + $"end) into a table that is partitioned {partitioning.Description}."),
        "Follows what others write meanwhile by a trigger. Reading and writing go on.",
        "Builds the indexes of the new table, checks its references, and compares the rows of the two.",
        $"Puts the new table in the place of {names.Table}, with triggers, rights, policies and views, and drops the old one. Reading and "
            + "writing wait for that, usually less than a second.",
        "Retention and the making of partitions wait until it is done. It may be stopped at any time: run again, it goes on; with "
            + "--abandon it takes back what it has begun.",
    ];

    private async Task<IEnumerable<string>> GivesUpAsync(CancellationToken cancellationToken)
    {
        var indexes = await _used.IndexesAsync(partitioning.Key, cancellationToken);
        var references = await _used.ReferencesAsync(cancellationToken);
        var others = await _used.ObstaclesAsync(cancellationToken);
        var empty = partitioning.KeyOtherwise is { } otherwise ? $"; a row without one gets {otherwise}" : "";
        return
        [
            $"The primary key is (id, {partitioning.Key}) rather than (id): PostgreSQL no longer refuses an id that is there with another "
                + $"{partitioning.Key}, and {partitioning.Key} is NOT NULL{empty}.",
            .. indexes.Where(index => index is { IsUnique: true, HasKey: false }).Select(
                index => $"The index {index.Name} is no longer unique, for it does not have {partitioning.Key}."),
            .. references.Where(reference => reference.IsIncoming).Select(
                reference => $"The foreign key {reference.Name} from {reference.FromTable} goes: {reference.Definition}."),
            .. references.Where(reference => !reference.IsIncoming && !reference.CanStay).Select(
                reference => $"The foreign key {reference.Name}, which is not validated, goes: {reference.Definition}."),
            .. others.Where(other => !other.IsObstacle).Select(other => $"It is no longer in the {other.What}; add it again."),
        ];
    }

    private async Task<IEnumerable<string>> ObstaclesAsync(TablePlace place, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (place.Kind != "r" || place.Inherits)
            problems.Add($"{names.Table} is no plain table of its own.");
        if (await _used.PrimaryKeyAsync(cancellationToken) is not { Columns: ["id"] })
            problems.Add($"The primary key of {names.Table} has to be (id).");
        var columns = await _used.ColumnsAsync(cancellationToken);
        if (columns.FirstOrDefault(column => column.IsIdentity) is { } identity)
            problems.Add($"The column {identity.Name} is an identity column. Make it one with a sequence: ALTER TABLE {names.Table} ALTER "
                + $"COLUMN {identity.Name} DROP IDENTITY, and give it a sequence as its default.");
        problems.AddRange((await _used.IndexesAsync(partitioning.Key, cancellationToken)).Where(index => index.IsExclusion)
            .Select(index => $"The exclusion constraint {index.Name} cannot be on a partitioned table. Drop it first."));
        problems.AddRange((await _used.ObstaclesAsync(cancellationToken)).Where(other => other.IsObstacle)
            .Select(other => $"The {other.What} is built on {names.Table}. Drop it, and make it again afterwards."));
        if (partitioning.KeyOtherwise is null && await HasRowsWithoutKeyAsync(cancellationToken))
            problems.Add($"There are rows in {names.Table} without {partitioning.Key}. Give them one.");
        return problems;
    }

    private async Task<bool> HasRowsWithoutKeyAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT 1 FROM {names.Used} WHERE {partitioning.Key} IS NULL)", connection)
        {
            CommandTimeout = 0,
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}

/// <summary>What partitioning a table that exists would do.</summary>
internal sealed record ConversionPlan
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>How far it is.</summary>
    public required ConversionState State { get; init; }

    /// <summary>What will be done, in order.</summary>
    public IReadOnlyList<string> Does { get; init; } = [];

    /// <summary>What will not be as it was.</summary>
    public IReadOnlyList<string> GivesUp { get; init; } = [];

    /// <summary>What keeps the table from being partitioned, with what to do about it.</summary>
    public IReadOnlyList<string> Obstacles { get; init; } = [];
}

/// <summary>How far the partitioning of a table is.</summary>
internal enum ConversionState
{
    /// <summary>It has not begun.</summary>
    NotBegun,

    /// <summary>A run before has begun to copy.</summary>
    Begun,

    /// <summary>The table is partitioned.</summary>
    Done,
}

/// <summary>A table cannot be partitioned as it is. The message says why, and what to do.</summary>
internal sealed class ConversionException(string message) : Exception(message);
