using System.Diagnostics;
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

    /// <summary>How long to wait before looking again whether another process has come to its end with migrating.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long another process may take that is migrating; ten minutes by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Runs the scripts that have not run yet. Many processes that start at once on a database that is up to date do not wait for each
    /// other.
    /// </summary>
    /// <param name="connectionString">Of a role that may create tables.</param>
    /// <param name="cancellationToken">Stops the wait for another process that is migrating.</param>
    /// <returns>The names of the scripts that ran, in order; empty if the database was up to date.</returns>
    /// <exception cref="MigrationException">
    /// A script failed, the server is too old, or another process has been migrating for longer than <see cref="Patience"/>; nothing of a
    /// script that failed stays.
    /// </exception>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Not from a pool, which would keep the session, and with it the lock.
        await using var database = RecordDatabase.Open(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await using var holder = await database.OpenConnectionAsync(cancellationToken);
        if (holder.PostgreSqlVersion.Major < OldestServer)
            throw new MigrationException($"PostgreSQL {holder.PostgreSqlVersion} is too old; use {OldestServer} or newer.");

        if (!await HasToBeDoneAsync(holder, cancellationToken))
            return [];
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
        {
            var why = result.Error is PostgresException refusal ? DatabaseErrors.Describe(refusal) : result.Error.Message;
            throw new MigrationException($"The migration {result.ErrorScript?.Name} failed: {why}", result.Error);
        }

        await RowSecurity.PrepareAsync(holder, cancellationToken);
        return [.. result.Scripts.Select(script => script.Name)];
    }

    /// <summary>The names of the scripts that have not run on a database.</summary>
    /// <exception cref="NpgsqlException">The database does not answer.</exception>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindMissingAsync(connection, cancellationToken);
    }

    /// <summary>
    /// Whether this process is to migrate: it then holds the lock, which its session keeps, so that it is free again however the process
    /// ends.
    /// </summary>
    private async Task<bool> HasToBeDoneAsync(NpgsqlConnection holder, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        // Asked again and again: a statement that waits for a lock keeps its snapshot, which an index that is built waits for.
        await using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", holder) { Parameters = { new() { Value = LockKey } } };
        while (true)
        {
            if ((await FindMissingAsync(holder, cancellationToken)).Count == 0
                && await RowSecurity.IsPreparedAsync(holder, cancellationToken))
                return false;
            if (await take.ExecuteScalarAsync(cancellationToken) is true)
                return true;
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new MigrationException(
                    $"Another process has been migrating the database for more than {Patience.TotalMinutes:0.#} minutes. Look for its "
                        + "session in pg_locks"
                    + " (locktype 'advisory'); if it is stuck, end it with pg_terminate_backend.");
            }

            await Task.Delay(s_interval, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var missing = typeof(Migrator).Assembly.GetManifestResourceNames().Where(IsScript).ToHashSet(StringComparer.Ordinal);
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
                logger.Log(
                    level, "{Message}",
                    args.Length == 0 ? format : string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
        }
    }
}
