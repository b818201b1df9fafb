using Dapper;
using Npgsql;

namespace WorkflowFunctions.Record.Partitions.Conversion;

/// <summary>The table that is not partitioned, after it was exchanged.</summary>
internal sealed class OldTable(NpgsqlConnection connection, ConversionNames names)
{
    /// <summary>Whether it is there.</summary>
    public Task<bool> IsThereAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<bool>(new CommandDefinition(
        Sql.Read("Partitions.Conversion.schema_exists"), new { schema = names.OldSchema }, cancellationToken: cancellationToken));

    /// <summary>How many of its rows are not in the partitioned table.</summary>
    public Task<long> CountMissingAsync(CancellationToken cancellationToken) => connection.ExecuteScalarAsync<long>(new CommandDefinition(
        $"SELECT count(*) FROM {names.Old} o WHERE NOT EXISTS (SELECT 1 FROM {names.Used} n WHERE n.id = o.id)",
        commandTimeout: 0,
        cancellationToken: cancellationToken));

    /// <summary>Drops it.</summary>
    public Task DropAsync(CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
        $"DROP TABLE {names.Old}; DROP SCHEMA {names.OldSchema}", commandTimeout: 0, cancellationToken: cancellationToken));
}
