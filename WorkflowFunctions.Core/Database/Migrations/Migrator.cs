using Dapper;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WorkflowFunctions.Database.Migrations;

/// <summary>
/// Brings a database to the schema of the document and of the engine, by the numbered scripts beside this file. On a database
/// that has the existing project's tables they only add. Running it again, or from several processes at once, does no harm.
/// </summary>
public sealed class Migrator(ILogger<Migrator> logger)
{
    /// <summary>The oldest server that the scripts and queries are written for.</summary>
    public const int OldestServer = 15;

    /// <summary>Any number that nothing else in the database locks.</summary>
    private const long LockKey = 0x57F0_0001;

    /// <summary>The table that lists the scripts that have run.</summary>
    private const string Journal = "workflow_schema_versions";

    /// <summary>Runs the scripts that have not run yet.</summary>
    /// <param name="connectionString">Of a role that may create tables.</param>
    /// <param name="cancellationToken">Stops the wait for another process that is migrating.</param>
    /// <returns>The names of the scripts that ran, in order; empty if the database was up to date.</returns>
    /// <exception cref="MigrationException">A script failed, or the server is too old; nothing of that script stays.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Not from a pool, which would keep the session, and with it the lock.
        await using var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await holder.OpenAsync(cancellationToken);
        if (holder.PostgreSqlVersion.Major < OldestServer)
            throw new MigrationException($"PostgreSQL {holder.PostgreSqlVersion} is too old; use {OldestServer} or newer.");

        // Held by the session, so that it is free again however this process ends.
        await using (var wait = new NpgsqlCommand("SELECT pg_advisory_lock($1)", holder) { CommandTimeout = 0 })
        {
            wait.Parameters.Add(new() { Value = LockKey });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrator).Assembly, IsScript)
            .JournalToPostgresqlTable("public", Journal)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new UpgradeLog(logger))
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new MigrationException($"The migration {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        await RowSecurity.PrepareAsync(holder, cancellationToken);
        return [.. result.Scripts.Select(script => script.Name)];
    }

    /// <summary>The names of the scripts that have not run on a database.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var missing = typeof(Migrator).Assembly.GetManifestResourceNames().Where(IsScript).ToHashSet(StringComparer.Ordinal);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            missing.ExceptWith(await connection.QueryAsync<string>(
                new CommandDefinition($"SELECT scriptname FROM public.{Journal}", cancellationToken: cancellationToken)));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // No script has run.
        }

        return [.. missing.Order(StringComparer.Ordinal)];
    }

    private static bool IsScript(string resource) => resource.Contains(".Record.Migrations.", StringComparison.Ordinal);

    private sealed class UpgradeLog(ILogger logger) : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args) => Write(LogLevel.Trace, format, args);

        public void LogDebug(string format, params object[] args) => Write(LogLevel.Debug, format, args);

        public void LogInformation(string format, params object[] args) => Write(LogLevel.Debug, format, args);

        public void LogWarning(string format, params object[] args) => Write(LogLevel.Warning, format, args);

        public void LogError(string format, params object[] args) => Write(LogLevel.Error, format, args);

        public void LogError(Exception ex, string format, params object[] args) => Write(LogLevel.Error, format, args);

        private void Write(LogLevel level, string format, object[] args)
        {
            if (logger.IsEnabled(level))
                logger.Log(level, "{Message}", args.Length == 0 ? format : string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
        }
    }
}
