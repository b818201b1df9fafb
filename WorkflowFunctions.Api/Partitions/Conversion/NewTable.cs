using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>
/// The partitioned table while it is filled. Rows are copied in the order of their ids, and what is written meanwhile is noted by
/// a trigger and copied again. Each step is a transaction; what is there tells where to go on.
/// </summary>
internal sealed class NewTable(NpgsqlConnection connection, IPartitioning partitioning, ConversionNames names)
{
    private const string Id = "id";

    private readonly TableFacts _used = new(connection, names.Used);
    private IReadOnlyList<TableColumn> _columns = [];

    /// <summary>Whether it is there, from a run before.</summary>
    public Task<bool> IsThereAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        Sql.Read("conversion.schema_exists"), new { schema = names.NewSchema }, cancellationToken: cancellationToken));

    /// <summary>Makes it, with its partitions, and from then on notes what is written to the table that is used.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var place = (await _used.PlaceAsync(cancellationToken))!;
        var key = (await _used.PrimaryKeyAsync(cancellationToken))!;
        var id = (await _used.ColumnsAsync(cancellationToken)).Single(column => column.Name == Id);
        var partitions = partitioning.Ahead.Concat(await partitioning.ListNeededAsync(connection, names.Used, [], cancellationToken))
            .DistinctBy(partition => partition.Name)
            .Select(
                partition => $"CREATE TABLE {names.NewSchema}.{partition.Name} PARTITION OF {names.New} FOR VALUES {partition.Bounds};");
        var sql = $"""
            CREATE SCHEMA {names.NewSchema};
            CREATE TABLE {names.New} (
                LIKE {names.Used} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
                    INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS,
                CONSTRAINT {key.Name} PRIMARY KEY ({Id}, {partitioning.Key})
            ) PARTITION BY {partitioning.Method};
            CREATE TABLE {names.New}_default PARTITION OF {names.New} DEFAULT;
            {string.Join('\n', partitions)}
            CREATE TABLE {names.Changes} (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {id.Type} NOT NULL);
            CREATE FUNCTION {names.NoteChange}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    INSERT INTO {names.Changes} (id) VALUES (OLD.{Id});
                END IF;
                IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.{Id} <> OLD.{Id} THEN
                    INSERT INTO {names.Changes} (id) VALUES (NEW.{Id});
                END IF;
                RETURN NULL;
            END
            $$;
            CREATE FUNCTION {names.RefuseTruncate}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE 'The table is being partitioned; it cannot be emptied by TRUNCATE until that is done';
            END
            $$;
            CREATE TRIGGER {ConversionNames.Triggers[0]} AFTER INSERT OR UPDATE OR DELETE ON {names.Used}
                FOR EACH ROW EXECUTE FUNCTION {names.NoteChange}();
            CREATE TRIGGER {ConversionNames.Triggers[1]} BEFORE TRUNCATE ON {names.Used}
                FOR EACH STATEMENT EXECUTE FUNCTION {names.RefuseTruncate}();
            ALTER TABLE {names.Used} ENABLE ALWAYS TRIGGER {ConversionNames.Triggers[0]};
            """;
        await LockRetry.RunAsync(
            connection,
            [names.Used],
            async transaction =>
            {
                await ExecuteAsync(sql, null, transaction, cancellationToken);
                await GiveToAsync(place.Owner, transaction, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Copies the next rows in the order of their ids.</summary>
    /// <returns>How many were copied; 0 if all are.</returns>
    public async Task<long> CopyAsync(int limit, CancellationToken cancellationToken)
    {
        var (targets, sources, idType) = await ColumnsAsync(cancellationToken);
        // Until all are copied nothing else is written here, and what is written later is noted: the last one says how far it got.
        var after = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            $"SELECT max({Id})::text FROM {names.New}", commandTimeout: 0, cancellationToken: cancellationToken));
        return await ExecuteAsync(
            $"""
            INSERT INTO {names.New} ({targets})
            SELECT {sources} FROM {names.Used} {(after is null ? "" : $"WHERE {Id} > @after::{idType}")} ORDER BY {Id} LIMIT @limit
            """,
            new { after, limit },
            null,
            cancellationToken);
    }

    /// <summary>Copies rows again that were written since.</summary>
    /// <returns>How many changes were followed; 0 if there are no more.</returns>
    public async Task<long> CatchUpAsync(int limit, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var followed = await CatchUpAsync(limit, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return followed;
    }

    /// <summary>Copies rows again that were written since, in a transaction.</summary>
    /// <returns>How many changes were followed; 0 if there are no more.</returns>
    public async Task<long> CatchUpAsync(int limit, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var (targets, sources, idType) = await ColumnsAsync(cancellationToken);
        string[] ids = [.. await connection.QueryAsync<string>(new CommandDefinition(
            $"""
            DELETE FROM {names.Changes}
            WHERE position IN (SELECT position FROM {names.Changes} ORDER BY position LIMIT @limit)
            RETURNING id::text
            """,
            new { limit },
            transaction,
            commandTimeout: 0,
            cancellationToken: cancellationToken))];
        if (ids.Length == 0)
            return 0;
        // Each statement sees what was committed before it: a row is at least as new as the change that was noted.
        var changed = new { ids = ids.Distinct(StringComparer.Ordinal).ToArray() };
        await ExecuteAsync($"DELETE FROM {names.New} WHERE {Id} = ANY (@ids::text[]::{idType}[])", changed, transaction, cancellationToken);
        await ExecuteAsync(
            $"INSERT INTO {names.New} ({targets}) SELECT {sources} FROM {names.Used} WHERE {Id} = ANY (@ids::text[]::{idType}[])", changed,
            transaction, cancellationToken);
        return ids.Length;
    }

    /// <summary>The indexes of the table that is used which it does not have yet.</summary>
    public async Task<IReadOnlyList<TableIndex>> ListMissingIndexesAsync(CancellationToken cancellationToken)
    {
        var there = (await new TableFacts(
            connection,
            names.New).IndexesAsync(partitioning.Key,
            cancellationToken)).Select(index => index.Name).ToHashSet(StringComparer.Ordinal);
        return [.. (await _used.IndexesAsync(partitioning.Key, cancellationToken)).Where(index => !there.Contains(index.Name))];
    }

    /// <summary>Makes an index on it; one that cannot be unique without the partition key is not.</summary>
    public Task MakeIndexAsync(TableIndex index, CancellationToken cancellationToken)
    {
        var unique = index is { IsUnique: true, HasKey: true } ? "UNIQUE " : "";
        return ExecuteAsync($"CREATE {unique}INDEX {index.Name} ON {names.New}{index.Definition}", null, null, cancellationToken);
    }

    /// <summary>
    /// Gives it the references to other tables. They are checked partition by partition, which keeps nobody from writing; the
    /// partitioned table then takes them over as they are.
    /// </summary>
    public async Task MakeReferencesAsync(CancellationToken cancellationToken)
    {
        string[] partitions =
        [
            .. (await new PartitionedTable(connection, names.New).ListAsync(cancellationToken)).Select(name => $"{names.NewSchema}.{name}"),
        ];
        foreach (var reference in (await _used.ReferencesAsync(cancellationToken)).Where(reference => reference.CanStay))
        {
            if (await HasAsync(names.New, reference.Name, cancellationToken))
                continue;
            foreach (var partition in partitions)
            {
                if (!await HasAsync(partition, reference.Name, cancellationToken))
                    await RetryAsync(
                        [partition, reference.ToTable],
                        $"ALTER TABLE {partition} ADD CONSTRAINT {reference.Name} {reference.Definition} NOT VALID", cancellationToken);
                await RetryAsync([partition], $"ALTER TABLE {partition} VALIDATE CONSTRAINT {reference.Name}", cancellationToken);
            }

            await RetryAsync(
                [names.New, reference.ToTable], $"ALTER TABLE {names.New} ADD CONSTRAINT {reference.Name} {reference.Definition}",
                cancellationToken);
        }
    }

    /// <summary>How many rows one of the two tables has that the other has not, apart from changes that are still to be followed.</summary>
    public Task<long> CountDifferencesAsync(CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            new CommandDefinition(
                Sql.Read("conversion.compare")
                    .Replace("{used}", names.Used, StringComparison.Ordinal)
                    .Replace("{new}", names.New, StringComparison.Ordinal)
                    .Replace("{changes}", names.Changes, StringComparison.Ordinal),
                commandTimeout: 0,
                cancellationToken: cancellationToken));

    /// <summary>Lets PostgreSQL know what is in it, so that plans are good from the first query on.</summary>
    public Task AnalyzeAsync(CancellationToken cancellationToken) => ExecuteAsync($"ANALYZE {names.New}", null, null, cancellationToken);

    /// <summary>Drops it with everything about it.</summary>
    public Task AbandonAsync(CancellationToken cancellationToken) =>
        RetryAsync([names.Used], $"DROP SCHEMA {names.NewSchema} CASCADE", cancellationToken);

    private async Task<(string Targets, string Sources, string IdType)> ColumnsAsync(CancellationToken cancellationToken)
    {
        if (_columns.Count == 0)
            _columns = await new TableFacts(connection, names.New).ColumnsAsync(cancellationToken);
        var written = _columns.Where(column => !column.IsGenerated).Select(column => column.Name).ToList();
        var sources = written.Select(
            name => name == partitioning.Key && partitioning.KeyOtherwise is { } otherwise ? $"COALESCE({name}, {otherwise})" : name);
        return (string.Join(", ", written), string.Join(", ", sources), _columns.Single(column => column.Name == Id).Type);
    }

    private async Task GiveToAsync(string owner, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var role = await connection.ExecuteScalarAsync<string>(
            new CommandDefinition(
                "SELECT CASE WHEN current_user = @owner THEN NULL ELSE quote_ident(@owner) END", new { owner }, transaction,
                cancellationToken: cancellationToken));
        if (role is null)
            return;
        await ExecuteAsync(
            $"GRANT USAGE, CREATE ON SCHEMA {names.NewSchema} TO {role}; ALTER TABLE {names.New} OWNER TO {role}", null, transaction,
            cancellationToken);
        foreach (var partition in await new PartitionedTable(connection, names.New).ListAsync(cancellationToken))
            await ExecuteAsync($"ALTER TABLE {names.NewSchema}.{partition} OWNER TO {role}", null, transaction, cancellationToken);
    }

    private Task<bool> HasAsync(string table, string name, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(Sql.Read("conversion.has_constraint"), new { table, name }, cancellationToken: cancellationToken));

    private Task RetryAsync(string[] tables, string sql, CancellationToken cancellationToken) => LockRetry.RunAsync(
        connection,
        tables,
        async transaction =>
        {
            await ExecuteAsync(sql, null, transaction, cancellationToken);
            return true;
        },
        cancellationToken);

    private Task<int> ExecuteAsync(string sql, object? parameters, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
}
