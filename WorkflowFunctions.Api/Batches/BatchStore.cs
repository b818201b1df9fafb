using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Batches;

/// <summary>Keeps batches and their rows, and makes the transitions that people ask for.</summary>
internal sealed class BatchStore(RecordConnections database)
{
    private const int ChunkRows = 1_000;

    /// <summary>Keeps a batch with all of its rows, or nothing of it.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="upload">Its rows.</param>
    /// <param name="cancellationToken">Stops it; nothing is kept then.</param>
    /// <returns>Its id; that of another batch if the idempotency key was used before.</returns>
    /// <exception cref="ApiException">400: rows are wrong.</exception>
    public async Task<string> CreateAsync(NewBatch batch, BatchUpload upload, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var created = await connection.QuerySingleOrDefaultAsync<string>(
            "batches.create",
            new
            {
                id = batch.Id,
                template_id = batch.TemplateId,
                template_version = batch.TemplateVersion,
                workspace_id = batch.WorkspaceId,
                project_id = batch.ProjectId,
                user_id = batch.UserId,
                name = batch.Name,
                config = batch.Config,
                max_parallel = batch.MaxParallel,
                max_cost_usd = batch.MaxCostUsd,
                idempotency_key = batch.IdempotencyKey,
                created_by = batch.CreatedBy,
            },
            cancellationToken,
            transaction);
        if (created is null)
            return (await FindByKeyAsync(batch.WorkspaceId, batch.IdempotencyKey!, cancellationToken))!;
        var problems = new UploadProblems();
        var chunk = new List<UploadedRow>(ChunkRows);
        await foreach (var row in upload.ReadAsync(cancellationToken))
        {
            problems.Add(row.Problems);
            // What is wrong is read on, so that all of it is told.
            if (problems.Count > 0)
                continue;
            chunk.Add(row);
            if (chunk.Count == ChunkRows)
                await AddAsync(batch.Id, chunk, connection, transaction, cancellationToken);
        }

        problems.ThrowIfAny();
        await AddAsync(batch.Id, chunk, connection, transaction, cancellationToken);
        var names = upload.Columns.Where(column => column.Param is not null).Select(column => column.Param).ToArray();
        await connection.ExecuteAsync("batches.name_params", new { id = batch.Id, param_names = names }, cancellationToken, transaction);
        await transaction.CommitAsync(cancellationToken);
        return batch.Id;
    }

    /// <summary>The batch that was made with an idempotency key; null if there is none.</summary>
    public Task<string?> FindByKeyAsync(string workspaceId, string key, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<string>(
            "batches.find_by_key", new { workspace_id = workspaceId, idempotency_key = key }, cancellationToken);

    /// <summary>Finds a batch; null if there is none.</summary>
    public Task<BatchRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<BatchRow>("batches.find", new { id }, cancellationToken);

    /// <summary>Lists batches, newest first.</summary>
    /// <param name="workspaceId">Only those of this workspace; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="templateId">Only those of this template; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<BatchRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? templateId, int limit, PageCursor? after,
        CancellationToken cancellationToken) =>
        database.QueryAsync<BatchRow>(
            "batches.list",
            new
            {
                workspace_id = workspaceId,
                workspaces = workspaces?.ToArray(),
                template_id = templateId,
                limit,
                after_time = after?.CreatedAt?.UtcDateTime,
                after_id = after?.Id,
            },
            cancellationToken);

    /// <summary>Lists rows of a batch, in their order.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="status">Only those of this status; null for all.</param>
    /// <param name="after">The number of the last one of the page before; 0 for the first page.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<BatchItem>> ListRowsAsync(
        string id, string? status, int after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<BatchItem>("batches.rows", new { id, status, after, limit }, cancellationToken);

    /// <summary>Lists rows with what came of them, in their order.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="ends">The nodes whose outputs are given.</param>
    /// <param name="after">The number of the last one before; 0 for none.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<BatchResult>> ListResultsAsync(
        string id, IReadOnlyCollection<string> ends, int after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<BatchResult>("batches.results", new { id, ends = ends.ToArray(), after, limit }, cancellationToken);

    /// <summary>Starts no more rows.</summary>
    /// <returns>Whether its status allowed it.</returns>
    public Task<bool> PauseAsync(string id, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync("batches.pause", new { id, reason }, cancellationToken);

    /// <summary>Lets a paused batch go on, with other limits where they are given.</summary>
    /// <returns>Whether its status allowed it.</returns>
    public Task<bool> ResumeAsync(string id, int? maxParallel, decimal? maxCostUsd, CancellationToken cancellationToken) =>
        ChangeAsync("batches.resume", new { id, max_parallel = maxParallel, max_cost_usd = maxCostUsd }, cancellationToken);

    /// <summary>Ends a batch. Its executions that run are cancelled next (<see cref="BatchRunner"/>).</summary>
    /// <returns>Whether its status allowed it.</returns>
    public Task<bool> CancelAsync(string id, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync("batches.cancel", new { id, reason }, cancellationToken);

    /// <summary>Has the rows that have failed or were cancelled run again.</summary>
    /// <returns>Whether there are any.</returns>
    public Task<bool> RetryAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync("batches.retry", new { id }, cancellationToken);

    private async Task<bool> ChangeAsync(string statement, object arguments, CancellationToken cancellationToken) =>
        await database.QuerySingleOrDefaultAsync<string>(statement, arguments, cancellationToken) is not null;

    private static async Task AddAsync(
        string id, List<UploadedRow> rows, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "batches.add_rows",
            new
            {
                id,
                numbers = rows.Select(row => row.Number).ToArray(),
                @params = rows.Select(row => row.Params.ToJsonString()).ToArray(),
            },
            cancellationToken,
            transaction);
        rows.Clear();
    }
}

/// <summary>What is wrong with an upload: how much, and the first of it.</summary>
internal sealed class UploadProblems
{
    private const int MaxShown = 100;

    private readonly List<Problem> _first = [];

    /// <summary>How much.</summary>
    public int Count { get; private set; }

    /// <summary>The first of it.</summary>
    public IReadOnlyList<Problem> First => _first;

    public void Add(IReadOnlyList<Problem> problems)
    {
        Count += problems.Count;
        _first.AddRange(problems.Take(MaxShown - _first.Count));
    }

    /// <summary>Refuses the upload if anything is wrong with it.</summary>
    /// <exception cref="ApiException">400: something is.</exception>
    public void ThrowIfAny()
    {
        if (Count == 0)
            return;
        var problem = ApiProblem.Invalid(First);
        throw new ApiException(Count == First.Count
            ? problem
            : problem with { Detail = $"{Count:N0} things are wrong with the rows; 'errors' lists the first {First.Count}." });
    }
}

/// <summary>A batch to be kept, in the columns of <c>workflow_batches</c>.</summary>
internal sealed record NewBatch
{
    public required string Id { get; init; }

    public required string TemplateId { get; init; }

    public required string TemplateVersion { get; init; }

    public required string WorkspaceId { get; init; }

    public required string ProjectId { get; init; }

    public required string UserId { get; init; }

    public string? Name { get; init; }

    public required string Config { get; init; }

    public required int MaxParallel { get; init; }

    public decimal? MaxCostUsd { get; init; }

    public string? IdempotencyKey { get; init; }

    public required string CreatedBy { get; init; }
}

/// <summary>A row of <c>workflow_batches</c>, and how its rows stand.</summary>
internal sealed record BatchRow
{
    /// <summary>The id; <c>created_by</c> of its executions.</summary>
    public required string Id { get; init; }

    /// <summary>The template.</summary>
    public required string TemplateId { get; init; }

    /// <summary>The version of it that all rows run.</summary>
    public required string TemplateVersion { get; init; }

    /// <summary>The workspace.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>The project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The user.</summary>
    public required string UserId { get; init; }

    /// <summary>What people read.</summary>
    public string? Name { get; init; }

    /// <summary>The config of its executions, with the params that rows have which give no others.</summary>
    public JsonElement Config { get; init; }

    /// <summary>The params that rows give.</summary>
    public required IReadOnlyList<string> ParamNames { get; init; }

    /// <summary>How many rows may run at once.</summary>
    public required int MaxParallel { get; init; }

    /// <summary>Once all rows have cost as much, in US dollars, no more are started; null for no limit.</summary>
    public decimal? MaxCostUsd { get; init; }

    /// <summary><c>running</c>, <c>paused</c>, <c>completed</c> (nothing is left, whatever came of the rows) or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is paused or cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>When nothing of it ran any more.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>All rows.</summary>
    public required int RowsTotal { get; init; }

    /// <summary>Rows that are to be started, or to be retried.</summary>
    public required int RowsPending { get; init; }

    /// <summary>Rows whose execution has not ended.</summary>
    public required int RowsRunning { get; init; }

    /// <summary>Rows whose execution has completed.</summary>
    public required int RowsCompleted { get; init; }

    /// <summary>Rows whose execution has failed.</summary>
    public required int RowsFailed { get; init; }

    /// <summary>Rows that were cancelled.</summary>
    public required int RowsCancelled { get; init; }

    /// <summary>What all rows have cost so far, in US dollars.</summary>
    public required decimal CostUsd { get; init; }
}

/// <summary>A row of <c>workflow_batch_rows</c>.</summary>
internal record BatchItem
{
    /// <summary>From 1, in the order of what was sent.</summary>
    public required int Number { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its execution; null if it has none yet.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>Why that failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>What it has cost, in US dollars.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>The params that the row gives.</summary>
    public JsonElement Params { get; init; }
}

/// <summary>A row with what came of it.</summary>
internal sealed record BatchResult : BatchItem
{
    /// <summary>The outputs of the last nodes, by node; null for none.</summary>
    [JsonPropertyOrder(1)]
    public JsonElement? Outputs { get; init; }
}
