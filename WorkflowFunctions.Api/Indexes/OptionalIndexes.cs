using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Indexes;

/// <summary>Builds the optional indexes that are configured, without blocking those who write.</summary>
internal sealed class OptionalIndexes(NpgsqlDataSource database, IOptions<IndexOptions> options, ILogger<OptionalIndexes> logger)
{
    /// <summary>Any number that nothing else in the database locks.</summary>
    private const long LockKey = 0x57F0_0005;

    /// <summary>
    /// Builds what is configured and not there yet. What a build that was interrupted has left behind is dropped and built anew.
    /// Of several processes one builds; the others return at once.
    /// </summary>
    /// <returns>The names of the indexes that were built.</returns>
    /// <exception cref="PostgresException">An index could not be built; those before it are there.</exception>
    public async Task<IReadOnlyList<string>> BuildAsync(CancellationToken cancellationToken)
    {
        OptionalIndex[] wanted = [.. OptionalIndex.All.Where(index => index.IsWanted(options.Value))];
        if (wanted.Length == 0)
            return [];
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(Command($"SELECT pg_try_advisory_lock({LockKey})", cancellationToken)))
            return [];
        try
        {
            var built = new List<string>();
            foreach (var index in wanted)
            {
                if (await BuildAsync(connection, index, cancellationToken))
                    built.Add(index.Name);
            }

            return built;
        }
        finally
        {
            if (connection.State == System.Data.ConnectionState.Open)
                await connection.ExecuteAsync(Command($"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None));
        }
    }

    private async Task<bool> BuildAsync(NpgsqlConnection connection, OptionalIndex index, CancellationToken cancellationToken)
    {
        var present = await connection.QuerySingleOrDefaultAsync<FoundIndex>("indexes.find", new { name = index.Name }, cancellationToken);
        if (present is { IsValid: true })
            return false;

        // A partitioned table takes no index concurrently; its partitions are built one after the other.
        var concurrently = await connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(
                "SELECT relkind = 'r' FROM pg_class WHERE oid = @table::regclass", new { table = index.Table },
                cancellationToken: cancellationToken))
            ? "CONCURRENTLY "
            : "";
        if (present is not null)
            await connection.ExecuteAsync(Command($"DROP INDEX {concurrently}{present.Name}", cancellationToken));
        logger.LogInformation("Building the index {Index}", index.Name);
        await connection.ExecuteAsync(
            Command($"CREATE INDEX {concurrently}{index.Name} ON {index.Table} {index.Definition}", cancellationToken));
        logger.LogInformation("The index {Index} is there", index.Name);
        return true;
    }

    /// <summary>A statement that takes as long as it takes.</summary>
    private static CommandDefinition Command(string text, CancellationToken cancellationToken) =>
        new(text, commandTimeout: 0, cancellationToken: cancellationToken);

    private sealed record FoundIndex
    {
        public required string Name { get; init; }

        public bool IsValid { get; init; }
    }
}

/// <summary>An index that the schema document leaves to those who need it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Its table.</param>
/// <param name="Definition">What follows the name of the table.</param>
/// <param name="IsWanted">Whether it is configured.</param>
internal sealed record OptionalIndex(string Name, string Table, string Definition, Func<IndexOptions, bool> IsWanted)
{
    /// <summary>All of them ("Optional Indexes" and "JSONB for Flexible Node Data").</summary>
    public static IReadOnlyList<OptionalIndex> All { get; } =
    [
        new(
            "idx_executions_status_created", "workflow_executions", "(status, created_at DESC)",
            options => options.ExecutionsStatusCreated),
        new("idx_executions_cost", "workflow_executions", "(total_cost DESC) WHERE total_cost > 0", options => options.ExecutionsCost),
        new("idx_executions_config_model", "workflow_executions", "USING GIN (config_json)", options => options.ExecutionsConfigModel),
        new("idx_agent_jobs_input_gin", "agent_jobs", "USING GIN (input_data_json)", options => options.AgentJobsInputGin),
        new("idx_agent_jobs_input_type", "agent_jobs", "USING GIN (input_data_json)", options => options.AgentJobsInputType),
    ];
}

/// <summary>Builds the optional indexes beside the work of the host, when it starts.</summary>
internal sealed class OptionalIndexBuild(OptionalIndexes indexes, ILogger<OptionalIndexBuild> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await indexes.BuildAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The next start drops what is half built and builds it anew.
        }
        catch (NpgsqlException exception)
        {
            logger.LogError(exception.ForLog(), "An optional index could not be built; the next start tries again");
        }
    }
}
