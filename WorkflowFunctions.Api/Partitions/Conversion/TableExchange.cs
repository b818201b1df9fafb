using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>
/// Puts the partitioned table in the place of the one that is used, in one transaction, with its triggers, rights, policies and the
/// views that are built on it. Nobody reads or writes the table meanwhile.
/// </summary>
internal sealed class TableExchange(NpgsqlConnection connection, ConversionNames names, NewTable next)
{
    private const string Executions = "workflow_executions";
    private const int ChangesAtOnce = 10_000;

    private readonly TableFacts _used = new(connection, names.Used);

    /// <summary>Exchanges the tables.</summary>
    /// <returns>Whether it did; false if an index was made meanwhile that the partitioned table does not have.</returns>
    /// <exception cref="ConversionException">The columns have changed since the partitioned table was made.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var references = await _used.ReferencesAsync(cancellationToken);
        var policies = await _used.PoliciesOfOthersAsync(cancellationToken);
        string[] tables =
        [
            .. references
                .SelectMany(reference => (string[])[reference.FromTable, reference.ToTable])
                .Concat(policies.Select(policy => policy.Table))
                .Append(Executions)
                .Append(names.Table)
                .Distinct(),
        ];
        return await LockRetry.RunAsync(connection, tables, transaction => RunAsync(
            tables,
            transaction,
            cancellationToken), cancellationToken);
    }

    private async Task<bool> RunAsync(string[] tables, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await LockAsync(tables, cancellationToken);
        // Nobody can add one from here on.
        var references = await _used.ReferencesAsync(cancellationToken);
        while (await next.CatchUpAsync(ChangesAtOnce, transaction, cancellationToken) > 0)
        {
            // What was written before the lock was had.
        }

        await CheckColumnsAsync(cancellationToken);
        if ((await next.ListMissingIndexesAsync(cancellationToken)).Count > 0)
            return false;
        foreach (var statement in await StatementsAsync(references, cancellationToken))
            await connection.ExecuteAsync(
                new CommandDefinition(statement, null, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        return true;
    }

    /// <summary>
    /// Every transaction of the engine begins with executions, so that the holder of those finds the others free, or soon. Who holds
    /// a table waits for no other: that might be a deadlock, which PostgreSQL ends at the expense of anyone.
    /// </summary>
    private async Task LockAsync(string[] tables, CancellationToken cancellationToken)
    {
        string[] others = [.. tables.Where(table => table != Executions)];
        await connection.ExecuteAsync(
            new CommandDefinition($"LOCK TABLE {Executions} IN ACCESS EXCLUSIVE MODE", cancellationToken: cancellationToken));
        if (others.Length > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"LOCK TABLE {string.Join(", ", others)} IN ACCESS EXCLUSIVE MODE NOWAIT", cancellationToken: cancellationToken));
        }
    }

    private async Task CheckColumnsAsync(CancellationToken cancellationToken)
    {
        var used = await _used.ColumnsAsync(cancellationToken);
        var made = await new TableFacts(connection, names.New).ColumnsAsync(cancellationToken);
        if (!used.SequenceEqual(made))
        {
            throw new ConversionException(
                $"The columns of {names.Table} have changed since its partitioned copy was begun. Drop the copy with --abandon, and begin "
                    + "anew.");
        }
    }

    /// <summary>All that is to be done, read before anything of it is.</summary>
    private async Task<IReadOnlyList<string>> StatementsAsync(IReadOnlyList<TableReference> references, CancellationToken cancellationToken)
    {
        var views = await _used.ViewsAsync(cancellationToken);
        var sequences = await _used.SequencesAsync(cancellationToken);
        var triggers = await _used.TriggersAsync(ConversionNames.Triggers, cancellationToken);
        var rights = await _used.RightsAsync(cancellationToken);
        var policies = await _used.PoliciesOfOthersAsync(cancellationToken);
        var partitions = await new PartitionedTable(connection, names.New).ListAsync(cancellationToken);
        return
        [
            .. views.Reverse().Select(view => view.Dropping),
            .. references.Where(reference => reference.IsIncoming).Select(
                reference => $"ALTER TABLE {reference.FromTable} DROP CONSTRAINT {reference.Name}"),
            .. sequences.Select(sequence => $"ALTER SEQUENCE {sequence.Name} OWNED BY NONE"),
            .. policies.Select(policy => policy.Dropping),
            $"DROP TABLE {names.Used}",
            $"ALTER TABLE {names.New} SET SCHEMA {names.Schema}",
            .. partitions.Select(partition => $"ALTER TABLE {names.NewSchema}.{partition} SET SCHEMA {names.Schema}"),
            .. sequences.Select(sequence => $"ALTER SEQUENCE {sequence.Name} OWNED BY {names.Used}.{sequence.Column}"),
            .. triggers,
            .. rights,
            .. policies.Select(policy => policy.Making),
            .. views.SelectMany(view => view.Making),
            $"DROP SCHEMA {names.NewSchema} CASCADE",
        ];
    }
}
