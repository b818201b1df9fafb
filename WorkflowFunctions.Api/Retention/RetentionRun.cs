using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Retention;

/// <summary>
/// One run: the executions that go, with all that belongs to them, and then the old events and metrics of those that stay.
/// </summary>
internal sealed class RetentionRun(NpgsqlConnection connection, IArchive archive, RetentionCutoffs cutoffs, int batchSize)
{
    /// <summary>An execution has several rows in each table; batches of rows are as big as batches of executions.</summary>
    private const int RowsPerExecution = 10;

    private readonly ExpiredRows _expired = new(connection, archive);
    private readonly RetentionTally _tally = new(archive is ArchiveBlobs);

    public async Task<RetentionReport> RunAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (await FindAsync(after, cancellationToken) is { Length: > 0 } ids)
        {
            await MoveAsync(ids, cancellationToken);
            after = ids[^1];
        }

        await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("retention.batches"), new DynamicParameters(cutoffs), commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(
            new CommandDefinition(Sql.Read("retention.drop_left"), commandTimeout: 0, cancellationToken: cancellationToken));
        await MoveAgedAsync(RetainedTable.Events, cutoffs.Events, cancellationToken);
        await MoveAgedAsync(RetainedTable.Metrics, cutoffs.Metrics, cancellationToken);
        return _tally.Report(dryRun: false, cutoffs.Now);
    }

    private async Task<string[]> FindAsync(string after, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(cutoffs);
        parameters.Add("after", after);
        parameters.Add("limit", batchSize);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            Sql.Read("retention.find"), parameters, commandTimeout: 0, cancellationToken: cancellationToken))];
    }

    /// <summary>Moves executions in one transaction; if one of them cannot go, the others do.</summary>
    private async Task MoveAsync(string[] ids, CancellationToken cancellationToken)
    {
        try
        {
            await MoveTogetherAsync(ids, cancellationToken);
        }
        catch (PostgresException exception) when (IsReferredTo(exception) && ids.Length > 1)
        {
            var half = ids.Length / 2;
            await MoveAsync(ids[..half], cancellationToken);
            await MoveAsync(ids[half..], cancellationToken);
        }
        catch (PostgresException exception) when (IsReferredTo(exception) || IsLocked(exception))
        {
            // A lock passes; the next run finds them again.
            foreach (var id in ids)
                _tally.Hold(id, exception.MessageText);
        }
    }

    private async Task MoveTogetherAsync(string[] candidates, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new DynamicParameters(cutoffs);
        parameters.Add("ids", candidates);
        string[] ids = [.. await connection.QueryAsync<string>(new CommandDefinition(
            Sql.Read("retention.hold"), parameters, transaction, cancellationToken: cancellationToken))];
        if (ids.Length == 0)
            return;
        var attachments = await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("retention.detach"), new { ids }, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("retention.drop_traffic"), new { ids }, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        var moved = new List<(RetainedTable Table, Quarter Quarter, long Rows)>();
        foreach (var table in RetainedTable.All)
        {
            foreach (var (quarter, rows) in await _expired.MoveOfAsync(table, ids, cutoffs.Now, transaction, cancellationToken))
                moved.Add((table, quarter, rows));
        }

        await transaction.CommitAsync(cancellationToken);
        _tally.AddAttachments(attachments);
        foreach (var (table, quarter, rows) in moved)
            _tally.Add(table, quarter, rows);
    }

    private async Task MoveAgedAsync(RetainedTable table, DateTimeOffset? cutoff, CancellationToken cancellationToken)
    {
        if (cutoff is not { } to)
            return;
        var oldest = await FindOldestAsync(table, DateTimeOffset.MinValue, to, cancellationToken);
        while (oldest is { } from)
        {
            var quarter = Quarter.Of(from);
            var end = quarter.End < to ? quarter.End : to;
            while (await MoveAgedBatchAsync(table, quarter, from, end, cancellationToken) is { } last)
                from = last;
            oldest = await FindOldestAsync(table, end, to, cancellationToken);
        }
    }

    private async Task<DateTimeOffset?> FindOldestAsync(
        RetainedTable table, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<DateTime?>(new CommandDefinition(
            $"SELECT min(created_at) FROM {table.Name} WHERE created_at >= @from AND created_at < @to",
            new { from, to },
            commandTimeout: 0,
            cancellationToken: cancellationToken));

    private async Task<DateTimeOffset?> MoveAgedBatchAsync(
        RetainedTable table, Quarter quarter, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (rows, last) = await _expired.MoveAgedAsync(
            table, quarter, from, to, batchSize * RowsPerExecution, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _tally.Add(table, quarter, rows);
        return last;
    }

    private static bool IsReferredTo(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation;

    private static bool IsLocked(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;
}

/// <summary>Adds up what a run does.</summary>
/// <param name="toBlobs">Whether rows go to blobs, rather than to tables.</param>
internal sealed class RetentionTally(bool toBlobs)
{
    /// <summary>A report stays small whatever happens.</summary>
    private const int MaxHeld = 100;

    private readonly Dictionary<(RetainedTable Table, Quarter Quarter), long> _rows = [];
    private readonly List<HeldExecution> _held = [];
    private long _attachments;
    private long _heldCount;

    public void Add(RetainedTable table, Quarter quarter, long rows) =>
        _rows[(table, quarter)] = _rows.GetValueOrDefault((table, quarter)) + rows;

    public void AddAttachments(long rows) => _attachments += rows;

    public void Hold(string executionId, string reason)
    {
        if (_heldCount++ < MaxHeld)
            _held.Add(new HeldExecution(executionId, reason));
    }

    public RetentionReport Report(bool dryRun, DateTimeOffset at) => new()
    {
        DryRun = dryRun,
        At = at,
        AttachmentsDetached = _attachments,
        HeldCount = _heldCount,
        Held = _held,
        Tables =
        [
            .. _rows
                .Where(entry => entry.Value > 0)
                .Select(entry => new RetentionLine(
                    entry.Key.Table.Name,
                    entry.Key.Quarter.ToString(),
                    toBlobs ? null : entry.Key.Table.ArchiveOf(entry.Key.Quarter),
                    toBlobs ? entry.Key.Table.FolderOf(entry.Key.Quarter) : null,
                    entry.Value))
                .OrderBy(line => line.Table, StringComparer.Ordinal).ThenBy(line => line.Quarter, StringComparer.Ordinal),
        ],
    };
}

/// <summary>What a run of retention archived and deleted, or would.</summary>
internal sealed record RetentionReport
{
    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>The moment that the ages of rows were counted to.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The rows, by table and quarter; without those that have none.</summary>
    public required IReadOnlyList<RetentionLine> Tables { get; init; }

    /// <summary>Attachments that stay, without the execution that made them.</summary>
    public required long AttachmentsDetached { get; init; }

    /// <summary>
    /// How many executions could not go, because a table that this system does not know refers to them, or someone kept their rows locked.
    /// </summary>
    public long HeldCount { get; init; }

    /// <summary>The first of those that could not go. A dry run does not find them.</summary>
    public IReadOnlyList<HeldExecution> Held { get; init; } = [];

    /// <summary>All rows.</summary>
    public long TotalRows => Tables.Sum(line => line.Rows);
}

/// <summary>Rows of a table that went, or would go, into the archive of one quarter.</summary>
/// <param name="Table">The table: <c>agent_jobs</c>.</param>
/// <param name="Quarter">The quarter of their <c>created_at</c>: <c>2025_q1</c>.</param>
/// <param name="ArchiveTable">Where they went: <c>agent_jobs_archive_2025_q1</c>; null if they went to blobs.</param>
/// <param name="BlobFolder">Where they went in the container of blobs: <c>2025_q1/agent_jobs/</c>; null if they went to a table.</param>
/// <param name="Rows">How many.</param>
internal sealed record RetentionLine(string Table, string Quarter, string? ArchiveTable, string? BlobFolder, long Rows);

/// <summary>An execution that could not go.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Reason">What PostgreSQL said.</param>
internal sealed record HeldExecution(string ExecutionId, string Reason);
