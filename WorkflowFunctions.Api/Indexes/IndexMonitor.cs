using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Api.Indexes;

/// <summary>Says which indexes cost more than they give (schema document, "Index Monitoring").</summary>
internal sealed class IndexMonitor(NpgsqlDataSource database)
{
    /// <summary>Reads PostgreSQL's statistics of all indexes that are not its own.</summary>
    public async Task<IndexReport> ReportAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return new IndexReport
        {
            Unused = await ListAsync<UnusedIndex>("indexes.unused"),
            Sizes = await ListAsync<SizedIndex>("indexes.sizes"),
            Duplicates = await ListAsync<DuplicateIndex>("indexes.duplicates"),
            Bloat = await ListAsync<BloatedIndex>("indexes.bloat"),
        };

        async Task<IReadOnlyList<T>> ListAsync<T>(string name) =>
            [.. await connection.QueryAsync<T>(name, null, cancellationToken)];
    }
}

/// <summary>What the indexes of a database cost.</summary>
internal sealed record IndexReport
{
    /// <summary>Those that no query has used since the statistics began.</summary>
    public required IReadOnlyList<UnusedIndex> Unused { get; init; }

    /// <summary>All of them, the largest first.</summary>
    public required IReadOnlyList<SizedIndex> Sizes { get; init; }

    /// <summary>Those that another one can stand in for.</summary>
    public required IReadOnlyList<DuplicateIndex> Duplicates { get; init; }

    /// <summary>
    /// Those that are larger than their rows need, by estimate; the worst first. <c>REINDEX INDEX CONCURRENTLY</c> mends one.
    /// </summary>
    public required IReadOnlyList<BloatedIndex> Bloat { get; init; }
}

/// <summary>An index.</summary>
internal abstract record IndexName
{
    /// <summary>The schema.</summary>
    [JsonPropertyOrder(-1)]
    public required string Schemaname { get; init; }

    /// <summary>The table.</summary>
    [JsonPropertyOrder(-1)]
    public required string Tablename { get; init; }

    /// <summary>The index.</summary>
    [JsonPropertyOrder(-1)]
    public required string Indexname { get; init; }
}

/// <summary>An index that is not used.</summary>
internal sealed record UnusedIndex : IndexName
{
    /// <summary>How often it was used: 0.</summary>
    public long IdxScan { get; init; }
}

/// <summary>The size of an index.</summary>
internal sealed record SizedIndex : IndexName
{
    /// <summary>For people: <c>16 kB</c>.</summary>
    public required string IndexSize { get; init; }
}

/// <summary>An index that another one can stand in for.</summary>
internal sealed record DuplicateIndex : IndexName
{
    /// <summary>The other one.</summary>
    public required string DuplicateOf { get; init; }

    /// <summary>What dropping it frees, for people: <c>16 kB</c>.</summary>
    public required string IndexSize { get; init; }
}

/// <summary>An index that is larger than its rows need.</summary>
internal sealed record BloatedIndex : IndexName
{
    /// <summary>Its size, for people: <c>16 kB</c>.</summary>
    public required string IndexSize { get; init; }

    /// <summary>What is too much, by estimate, for people.</summary>
    public required string BloatSize { get; init; }

    /// <summary>What is too much, by estimate, in bytes.</summary>
    public long BloatBytes { get; init; }

    /// <summary>What is too much, by estimate, in percent of its size.</summary>
    public int BloatPercent { get; init; }
}

/// <summary>Which optional indexes to have: the section <c>Indexes</c>. None of them is dropped when its setting is taken away.</summary>
internal sealed record IndexOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Indexes";

    /// <summary><c>idx_executions_status_created</c>: lists by status.</summary>
    public bool ExecutionsStatusCreated { get; set; }

    /// <summary><c>idx_executions_cost</c>: the costliest executions.</summary>
    public bool ExecutionsCost { get; set; }

    /// <summary><c>idx_executions_config_model</c>: searches in <c>config_json</c>.</summary>
    public bool ExecutionsConfigModel { get; set; }

    /// <summary><c>idx_agent_jobs_input_gin</c>: searches in <c>input_data_json</c>.</summary>
    public bool AgentJobsInputGin { get; set; }

    /// <summary>
    /// <c>idx_agent_jobs_input_type</c>: the same as <see cref="AgentJobsInputGin"/>, which the document has under two names.
    /// </summary>
    public bool AgentJobsInputType { get; set; }
}
