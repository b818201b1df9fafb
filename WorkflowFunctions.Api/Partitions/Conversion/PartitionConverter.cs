using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Partitions.Conversion;

/// <summary>
/// Partitions a table that exists, with its rows, while it is used. It may be ended at any time, by SIGKILL too: the table that is
/// used is either the one that was or the partitioned one, with all rows, and the next run goes on.
/// </summary>
internal sealed class PartitionConverter(NpgsqlDataSource database, IOptions<PartitionOptions> options, TimeProvider time)
{
    private const int RowsAtOnce = 10_000;

    private static readonly TimeSpan s_betweenReports = TimeSpan.FromSeconds(5);

    /// <summary>The tables that can be partitioned, by a short name: <c>events</c>, <c>executions</c>.</summary>
    public static IReadOnlyDictionary<string, string> Tables { get; } = new Dictionary<string, string>
    {
        ["events"] = "workflow_execution_events",
        ["executions"] = "workflow_executions",
    };

    /// <summary>Says what <see cref="RunAsync"/> would do, and changes nothing.</summary>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<ConversionPlan> PlanAsync(string table, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var partitioning = Find(table);
        return await new ConversionPlanner(connection, partitioning, await NameAsync(
            connection,
            partitioning,
            cancellationToken)).PlanAsync(cancellationToken);
    }

    /// <summary>Partitions a table, or goes on where a run before has ended.</summary>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    /// <param name="tell">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ConversionException">The table cannot be partitioned as it is.</exception>
    /// <exception cref="MaintenanceBusyException">Retention runs, or partitions are being made.</exception>
    public async Task RunAsync(string table, Action<string> tell, CancellationToken cancellationToken)
    {
        var partitioning = Find(table);
        await using var right = await HoldAsync(MaintenanceLocks.Partitions, cancellationToken);
        // Retention would delete rows that the copy still has, and that would still be referred to by it.
        await using var quiet = await HoldAsync(MaintenanceLocks.Retention, cancellationToken);
        var connection = right.Connection;
        // Row-level security is to fail rather than to hide rows.
        await connection.ExecuteAsync("SET row_security = off");
        var names = await NameAsync(connection, partitioning, cancellationToken);
        var plan = await new ConversionPlanner(connection, partitioning, names).PlanAsync(cancellationToken);
        if (plan.Obstacles.Count > 0)
            throw new ConversionException(string.Join(' ', plan.Obstacles));
        if (plan.State != ConversionState.Done)
            await ConvertAsync(connection, partitioning, names, plan, tell, cancellationToken);
    }

    /// <summary>Takes back what a run has begun; the table stays as it is.</summary>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ConversionException">Nothing is begun.</exception>
    /// <exception cref="MaintenanceBusyException">A run is at it.</exception>
    public async Task AbandonAsync(string table, CancellationToken cancellationToken)
    {
        var partitioning = Find(table);
        await using var right = await HoldAsync(MaintenanceLocks.Partitions, cancellationToken);
        var next = new NewTable(right.Connection, partitioning, await NameAsync(right.Connection, partitioning, cancellationToken));
        if (!await next.IsThereAsync(cancellationToken))
            throw new ConversionException($"There is nothing to abandon: {partitioning.Table} is not being partitioned.");
        await next.AbandonAsync(cancellationToken);
    }

    private static async Task ConvertAsync(
        NpgsqlConnection connection, IPartitioning partitioning, ConversionNames names, ConversionPlan plan, Action<string> tell,
        CancellationToken cancellationToken)
    {
        var next = new NewTable(connection, partitioning, names);
        if (plan.State == ConversionState.NotBegun)
            await next.BeginAsync(cancellationToken);
        await RepeatAsync(() => next.CopyAsync(RowsAtOnce, cancellationToken), "Copied", "rows", tell);
        var exchange = new TableExchange(connection, names, next);
        Stopwatch watch;
        do
        {
            foreach (var index in await next.ListMissingIndexesAsync(cancellationToken))
            {
                tell($"Building the index {index.Name}");
                await next.MakeIndexAsync(index, cancellationToken);
            }

            await RepeatAsync(() => next.CatchUpAsync(RowsAtOnce, cancellationToken), "Followed", "changes", tell);
            tell("Checking references");
            await next.MakeReferencesAsync(cancellationToken);
            tell("Comparing the rows of both tables");
            await CompareAsync(next, names, cancellationToken);
            await next.AnalyzeAsync(cancellationToken);
            await RepeatAsync(() => next.CatchUpAsync(RowsAtOnce, cancellationToken), "Followed", "changes", tell);
            watch = Stopwatch.StartNew();
        }
        while (!await exchange.RunAsync(cancellationToken));

        tell(string.Create(CultureInfo.InvariantCulture, $"{names.Table} is partitioned; exchanged in {watch.Elapsed.TotalSeconds:N1} s"));
    }

    private static async Task CompareAsync(NewTable next, ConversionNames names, CancellationToken cancellationToken)
    {
        var differences = await next.CountDifferencesAsync(cancellationToken);
        if (differences > 0)
        {
            throw new ConversionException(string.Create(
                CultureInfo.InvariantCulture,
                $"{differences:N0} rows are in {names.Table} or in its copy, {names.New}, but not in both. {names.Table} stays as it is. "
                    + $"Drop the copy with --abandon, and begin anew."));
        }
    }

    /// <summary>Repeats a step until it has nothing more to do.</summary>
    private static async Task RepeatAsync(Func<Task<long>> step, string done, string what, Action<string> tell)
    {
        long count = 0;
        var since = Stopwatch.StartNew();
        while (await step() is > 0 and var more)
        {
            count += more;
            if (since.Elapsed < s_betweenReports)
                continue;
            tell(string.Create(CultureInfo.InvariantCulture, $"{done} {count:N0} {what}"));
            since.Restart();
        }

        tell(string.Create(CultureInfo.InvariantCulture, $"{done} {count:N0} {what}: all there are"));
    }

    private async Task<DatabaseLock> HoldAsync(long key, CancellationToken cancellationToken) =>
        await DatabaseLock.TryAcquireAsync(database, key, cancellationToken)
        ?? throw new MaintenanceBusyException(
            "Retention runs, or partitions are being made, in another process or for another request. Try again when it is done.");

    private IPartitioning Find(string table) =>
        Partitionings.All(options.Value, time).Single(partitioning => partitioning.Table == Tables[table]);

    private static async Task<ConversionNames> NameAsync(
        NpgsqlConnection connection, IPartitioning partitioning, CancellationToken cancellationToken)
    {
        var place = await new TableFacts(connection, partitioning.Table).PlaceAsync(cancellationToken)
            ?? throw new ConversionException($"There is no table {partitioning.Table}. Migrate the database first.");
        return new ConversionNames(partitioning.Table, place.Schema);
    }
}
