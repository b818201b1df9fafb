using Npgsql;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>The document's queries, in its own words, on the schema that the migrations make.</summary>
public class DocumentedQueryTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("1. Get Execution with All Node Jobs", "done", 1)]
    [InlineData("2. Get Execution Progress with Current Node", "at-work", 1)]
    [InlineData("3. Get Resumable State (All Completed Nodes)", "at-work", 1)]
    [InlineData("4. Cost and Token Summary by Node Type", "done", 3)]
    [InlineData("5. Active Executions per Workspace", null, 2)]
    public async Task A_common_query_answers(string heading, string? executionId, int rows)
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        var query = Assert.Single(SchemaDocument.Statements(heading));
        var answered = await RowsAsync(database, query, executionId is null ? [] : [executionId]);

        Assert.Equal(rows, answered.Count);
    }

    [Fact]
    public async Task The_jsonb_examples_find_jobs()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);
        var (byTypeAndModel, key, nested) = JsonExamples();

        Assert.Equal(2, (await RowsAsync(database, byTypeAndModel)).Count);
        Assert.Equal(2, (await RowsAsync(database, $"SELECT * FROM agent_jobs {key}")).Count);
        // As it stands, the cast takes hold of the name of the key.
        Assert.Equal(PostgresErrorCodes.InvalidTextRepresentation, await RefusalAsync(database, $"SELECT * FROM agent_jobs {nested}"));
        var meant = nested.Replace(
            "input_data_json->'settings'->>'temperature'", "(input_data_json->'settings'->>'temperature')", StringComparison.Ordinal);
        Assert.Equal(2, (await RowsAsync(database, $"SELECT * FROM agent_jobs {meant}")).Count);
    }

    [Fact]
    public async Task The_jsonb_indexes_can_be_made()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        foreach (var statement in SchemaDocument.Statements("1. JSONB for Flexible Node Data").Take(2))
            await database.ExecuteAsync(statement);

        Assert.Equal(
            ["idx_agent_jobs_input_type", "idx_executions_config_model"],
            await database.QueryAsync<string>("SELECT indexname::text FROM pg_indexes WHERE indexdef LIKE '%USING gin%' AND indexname <> "
                + "'idx_executions_error_text' ORDER BY 1"));
    }

    [Fact]
    public async Task The_optional_indexes_can_be_made()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        foreach (var statement in SchemaDocument.Statements("Optional Indexes (Based on Query Patterns)"))
            await database.ExecuteAsync(statement);
    }

    [Fact]
    public async Task The_monitoring_queries_name_columns_that_postgresql_calls_otherwise()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        foreach (var query in SchemaDocument.Statements("Index Monitoring"))
        {
            Assert.Equal(PostgresErrorCodes.UndefinedColumn, await RefusalAsync(database, query));
            Assert.NotEmpty(await RowsAsync(database, query
                .Replace("tablename", "relname AS tablename", StringComparison.Ordinal)
                .Replace("indexname", "indexrelname AS indexname", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task The_state_of_an_execution_without_completed_jobs_is_refused_as_the_document_asks_for_it()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);

        // An object cannot have NULL for a key, for which PostgreSQL has another code since 16; GET /api/executions/{id}/state answers with
        // an empty one.
        Assert.Contains(
            await RefusalAsync(database, SchemaDocument.Statements("3. Get Resumable State (All Completed Nodes)")[0], "queued"),
            new[] { PostgresErrorCodes.InvalidParameterValue, PostgresErrorCodes.NullValueNotAllowed });
    }

    private static (string ByTypeAndModel, string Key, string Nested) JsonExamples()
    {
        string[] parts = [.. SchemaDocument.Statements("1. JSONB for Flexible Node Data").Skip(2)];
        Assert.Equal(2, parts.Length);
        var conditions = parts[1].Split("WHERE", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, conditions.Length);
        return (parts[0], $"WHERE {conditions[0]}", $"WHERE {conditions[1]}");
    }

    private static Task<IReadOnlyList<string>> RowsAsync(TestDatabase database, string query, params IReadOnlyList<object> parameters) =>
        database.QueryAsync<string>($"WITH answer AS ({query}) SELECT to_json(answer)::text FROM answer", parameters);

    private static async Task<string> RefusalAsync(TestDatabase database, string query, params IReadOnlyList<object> parameters) =>
        (await Assert.ThrowsAsync<PostgresException>(() => RowsAsync(database, query, parameters))).SqlState;
}
