using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Record;

/// <summary>
/// Compares a migrated database with one that is made by the document's own statements, as PostgreSQL's catalogue describes both.
/// </summary>
public class SchemaDocumentTests(PostgresFixture postgres)
{
    /// <summary>What the document says, and what may be there in its place: all deviations there are.</summary>
    private static readonly Dictionary<string, string> s_deviations = new()
    {
        // The key of a partitioned table has to hold the column that it is partitioned by.
        ["workflow_execution_events PRIMARY KEY (id)"] = "workflow_execution_events PRIMARY KEY (id, created_at)",
        ["workflow_execution_events.created_at timestamp with time zone DEFAULT now()"] =
            "workflow_execution_events.created_at timestamp with time zone NOT NULL DEFAULT now()",
    };

    /// <summary>One line for each column, key and reference, index.</summary>
    private const string Facts = """
        SELECT t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_class t
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND t.relname <> ALL ($1)
        UNION ALL
        SELECT t.relname || ' ' || pg_get_constraintdef(c.oid)
        FROM pg_constraint c
        JOIN pg_class t ON t.oid = c.conrelid
        WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'f') AND t.relname <> ALL ($1)
        UNION ALL
        SELECT replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
        FROM pg_index i
        JOIN pg_class t ON t.oid = i.indrelid
        WHERE t.relnamespace = 'public'::regnamespace AND NOT i.indisprimary AND i.indisvalid AND t.relname <> ALL ($1)
        """;

    [Fact]
    public async Task Every_documented_column_key_reference_and_index_is_there_under_its_name()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        Assert.Empty(Missing(await DocumentedAsync(), await FactsAsync(database)));
    }

    [Fact]
    public async Task What_the_document_says_is_read_whole()
    {
        var documented = await DocumentedAsync();

        Assert.Equal(8, documented.Count(fact => fact.Contains(" PRIMARY KEY ", StringComparison.Ordinal)));
        Assert.Equal(14, documented.Count(fact => fact.Contains(" FOREIGN KEY ", StringComparison.Ordinal)));
        Assert.Equal(13, documented.Count(fact => fact.StartsWith("CREATE INDEX idx_", StringComparison.Ordinal)));
        Assert.Equal(91, documented.Count(fact => fact.Split(' ')[0].Contains('.')));
    }

    [Theory]
    [InlineData("DROP INDEX idx_celery_tasks_status")]
    [InlineData("DROP INDEX idx_executions_id_status; CREATE INDEX idx_executions_id_status ON workflow_executions(status, id)")]
    [InlineData("ALTER TABLE celery_tasks RENAME COLUMN traceback TO stack")]
    [InlineData("ALTER TABLE workflow_executions ALTER COLUMN current_node_id TYPE TEXT")]
    [InlineData("ALTER TABLE workflow_checkpoints ALTER COLUMN created_by DROP DEFAULT")]
    [InlineData("ALTER TABLE workflow_checkpoints ALTER COLUMN execution_state DROP NOT NULL")]
    [InlineData("ALTER TABLE agent_jobs DROP CONSTRAINT agent_jobs_execution_id_fkey")]
    [InlineData("ALTER TABLE document_attachments DROP CONSTRAINT document_attachments_pkey")]
    [InlineData("DROP TABLE workflow_execution_metrics")]
    public async Task A_database_that_differs_is_told_from_one_that_does_not(string change)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(change);

        Assert.NotEmpty(Missing(await DocumentedAsync(), await FactsAsync(database)));
    }

    private async Task<IReadOnlyList<string>> DocumentedAsync()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        foreach (var table in SchemaDocument.ReferredTables)
            await database.ExecuteAsync($"CREATE TABLE {table} (id VARCHAR PRIMARY KEY)");
        foreach (var statement in SchemaDocument.RequiredStatements)
            await database.ExecuteAsync(statement);
        return await FactsAsync(database);
    }

    private static Task<IReadOnlyList<string>> FactsAsync(TestDatabase database) =>
        database.QueryAsync<string>(Facts, [SchemaDocument.ReferredTables.ToArray()]);

    private static IEnumerable<string> Missing(IReadOnlyList<string> documented, IReadOnlyList<string> present)
    {
        var facts = present.ToHashSet(StringComparer.Ordinal);
        return documented.Where(
            fact => !facts.Contains(fact) && !(s_deviations.TryGetValue(fact, out var instead) && facts.Contains(instead)));
    }
}
