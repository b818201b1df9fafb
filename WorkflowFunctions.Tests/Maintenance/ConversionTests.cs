using WorkflowFunctions.Api.Partitions;
using WorkflowFunctions.Api.Partitions.Conversion;
using WorkflowFunctions.Api.Recurring;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Maintenance;

/// <summary>Partitioning tables that exist, with their rows.</summary>
public class ConversionTests(PostgresFixture postgres)
{
    private const string Executions = "workflow_executions";
    private const string Events = "workflow_execution_events";

    [Fact]
    public async Task Executions_are_partitioned_by_workspace_and_no_row_changes()
    {
        await using var keeper = await WithWorkspacesAsync();
        var before = await keeper.AllRowsAsync();

        await RunAsync(keeper, "executions");

        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(
            [$"{Executions}_default 45", $"{Executions}_ws_abc 200", $"{Executions}_ws_big 100"],
            await PlacesAsync(keeper, Executions));
        Assert.Equal(ConversionState.Done, (await PlanAsync(keeper, "executions")).State);
        Assert.Empty(await keeper.Database.QueryAsync<string>("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'workflow%'"));
    }

    [Fact]
    public async Task Events_are_partitioned_by_quarter_and_no_row_changes()
    {
        await using var keeper = await Keeper.CreateAsync(await DocumentedDatabase.CreateAsync(postgres));
        await keeper.AddManyAsync(300);
        await keeper.Database.ExecuteAsync($"INSERT INTO {Events} (execution_id, event_type, created_at) VALUES ('old-1', 'created', "
            + "'infinity'), ('old-1', 'created', NOW())");
        var before = await keeper.AllRowsAsync();

        await RunAsync(keeper, "events");

        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(
            [$"{Events}_2021_q1 354", $"{Events}_2021_q2 246", $"{Events}_default 1"],
            (await PlacesAsync(keeper, Events))
                .Where(place => place.Contains("_2021_", StringComparison.Ordinal) || place.Contains("default", StringComparison.Ordinal)));
        await keeper.Database.ExecuteAsync($"INSERT INTO {Events} (execution_id, event_type) VALUES ('old-1', 'created')");
        Assert.Equal(603, (await keeper.Database.QueryAsync<long>($"SELECT max(id) FROM {Events}")).Single());
        Assert.Contains("(execution_id) REFERENCES workflow_executions(id)", await ReferencesAsync(keeper, Events));
        Assert.Equal(
            600,
            (await keeper.Retention.RunAsync(TestContext.Current.CancellationToken))
                .Tables.Where(line => line.Table == Events && line.Quarter.StartsWith("2021", StringComparison.Ordinal))
                .Sum(line => line.Rows));
    }

    [Fact]
    public async Task An_event_without_a_time_gets_the_time_at_which_it_was_moved()
    {
        await using var keeper = await Keeper.CreateAsync(await DocumentedDatabase.CreateAsync(postgres));
        await keeper.AddAsync("a", "running", "1 day");
        await keeper.Database.ExecuteAsync($"INSERT INTO {Events} (execution_id, event_type, created_at) VALUES ('a', 'created', NULL)");

        await RunAsync(keeper, "events");

        Assert.Equal(
            1,
            (await keeper.Database.QueryAsync<long>($"SELECT count(*) FROM {Events} WHERE created_at > NOW() - interval '1 hour'"))
                .Single());
    }

    [Theory]
    [InlineData("executions")]
    [InlineData("events")]
    public async Task What_belongs_to_the_table_belongs_to_the_partitioned_one(string name)
    {
        await using var keeper = await Keeper.CreateAsync(
            await DocumentedDatabase.CreateAsync(postgres), ("Partitions:MajorWorkspaceRows", "5"));
        await keeper.AddManyAsync(20);
        var table = PartitionConverter.Tables[name];
        var reader = $"reader_{Guid.NewGuid():N}";
        string[] additions =
        [
            $"CREATE ROLE {reader}",
            $"GRANT SELECT ON {table} TO {reader}; GRANT UPDATE (created_at) ON {table} TO {reader} WITH GRANT OPTION",
            $"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            $"CREATE POLICY mine ON {table} FOR SELECT TO {reader} USING (id::text <> 'secret')",
            $"COMMENT ON TABLE {table} IS 'Its comment'; COMMENT ON COLUMN {table}.id IS 'Its id'",
            $"ALTER TABLE {table} ADD COLUMN \"Team name\" VARCHAR(20) NOT NULL DEFAULT 'none', ADD COLUMN twice INT GENERATED ALWAYS AS "
                + "(2) STORED, ADD CONSTRAINT short CHECK (length(\"Team name\") < 15)",
            $"CREATE INDEX idx_team ON {table} (lower(\"Team name\")) WHERE \"Team name\" <> 'none'",
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            $"CREATE TRIGGER does_nothing BEFORE UPDATE OF \"Team name\" ON {table} FOR EACH ROW EXECUTE FUNCTION nothing()",
            $"CREATE TRIGGER is_off AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION nothing(); ALTER TABLE {table} DISABLE TRIGGER "
                + "is_off",
            $"CREATE VIEW of_teams AS SELECT id, \"Team name\" FROM {table}",
            $"CREATE VIEW of_views WITH (security_barrier) AS SELECT count(*) AS n FROM of_teams JOIN {table} USING (id); GRANT SELECT ON "
                + $"of_views TO {reader}",
        ];
        foreach (var addition in additions)
            await keeper.Database.ExecuteAsync(addition);
        try
        {
            var facts = await FactsAsync(keeper, table);

            await RunAsync(keeper, name);

            Assert.Equal(facts, await FactsAsync(keeper, table));
            Assert.True((await keeper.Database.QueryAsync<long>("SELECT n FROM of_views")).Single() > 0);
        }
        finally
        {
            await keeper.Database.ExecuteAsync($"DROP OWNED BY {reader}; DROP ROLE {reader}");
        }
    }

    [Fact]
    public async Task The_summary_of_executions_is_as_it_was_and_can_be_refreshed()
    {
        await using var keeper = await WithWorkspacesAsync();
        await keeper.AddAsync("young", "completed", "3 days");
        await keeper.Database.ExecuteAsync("REFRESH MATERIALIZED VIEW workflow_execution_summary");
        const string Summary = "SELECT s::text FROM workflow_execution_summary s";
        var before = await keeper.Database.QueryAsync<string>(Summary);

        await RunAsync(keeper, "executions");

        Assert.Equal(before, await keeper.Database.QueryAsync<string>(Summary));
        await keeper.AddAsync("younger", "failed", "1 day");
        await keeper.Database.ExecuteAsync("REFRESH MATERIALIZED VIEW CONCURRENTLY workflow_execution_summary");
        Assert.Equal(before.Count + 1, (await keeper.Database.QueryAsync<string>(Summary)).Count);
    }

    [Theory]
    [InlineData("executions")]
    [InlineData("events")]
    public async Task Rows_that_are_written_meanwhile_are_neither_lost_nor_doubled(string name)
    {
        await using var keeper = await Keeper.CreateAsync(await DocumentedDatabase.CreateAsync(postgres));
        await keeper.AddManyAsync(30_000);
        await using var writers = await Writers.StartAsync(keeper.Database, PartitionConverter.Tables[name]);

        await RunAsync(keeper, name);
        await writers.StopAsync();

        Assert.True(writers.Writes > 100, $"There were {writers.Writes} writes only.");
        Assert.Empty(await writers.DifferencesAsync());
        Assert.NotEmpty(await PlacesAsync(keeper, PartitionConverter.Tables[name]));
    }

    [Fact]
    public async Task What_it_does_and_gives_up_is_said_and_nothing_is_done_without_consent()
    {
        await using var keeper = await WithWorkspacesAsync();

        using var process = CommandProcess.Start(["partition", "executions", "--connection", keeper.Database.ConnectionString]);
        var (code, text) = await process.EndAsync();

        Assert.Equal(2, code);
        foreach (var part in (string[])
                [
                    "What it gives up:", "agent_jobs_execution_id_fkey", "document_attachments_created_by_workflow_id_fkey",
                    "(id, workspace_id)", "Add --yes",
                ])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.Empty(await PlacesAsync(keeper, Executions));
        Assert.Equal(ConversionState.NotBegun, (await PlanAsync(keeper, "executions")).State);
    }

    [Fact]
    public async Task Rows_that_PostgreSQL_has_never_counted_are_not_said_to_be_none()
    {
        await using var keeper = await WithWorkspacesAsync();
        // A table that was just emptied counts as one that was never looked at.
        await keeper.Database.ExecuteAsync(
            "ALTER TABLE workflow_executions SET (autovacuum_enabled = false); TRUNCATE workflow_executions CASCADE");
        Assert.StartsWith("Copies all rows (", (await PlanAsync(keeper, "executions")).Does[0], StringComparison.Ordinal);

        await keeper.Database.ExecuteAsync("ANALYZE workflow_executions");
        Assert.StartsWith("Copies about 0 rows (", (await PlanAsync(keeper, "executions")).Does[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE FUNCTION of_row(workflow_executions) RETURNS text LANGUAGE sql AS 'SELECT $1.id'", "function of_row")]
    [InlineData("ALTER TABLE workflow_executions ADD number INT GENERATED ALWAYS AS IDENTITY", "number is an identity column")]
    [InlineData("CREATE TABLE inherited () INHERITS (workflow_executions)", "no plain table")]
    [InlineData("ALTER TABLE workflow_executions DROP CONSTRAINT workflow_executions_pkey CASCADE", "has to be (id)")]
    [InlineData(
        "ALTER TABLE workflow_executions ALTER workspace_id DROP NOT NULL; UPDATE workflow_executions SET workspace_id = NULL",
        "without workspace_id")]
    public async Task What_cannot_be_partitioned_is_left_as_it_is_and_the_reason_is_named(string change, string reason)
    {
        await using var keeper = await WithWorkspacesAsync();
        await keeper.Database.ExecuteAsync(change);
        var before = await keeper.AllRowsAsync();

        Assert.Contains(reason, string.Join(' ', (await PlanAsync(keeper, "executions")).Obstacles), StringComparison.Ordinal);
        var exception = await Assert.ThrowsAsync<ConversionException>(() => RunAsync(keeper, "executions"));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(ConversionState.NotBegun, (await PlanAsync(keeper, "executions")).State);
    }

    [Fact]
    public async Task A_table_that_changes_meanwhile_is_not_exchanged_and_the_copy_can_be_abandoned()
    {
        await using var keeper = await WithWorkspacesAsync();
        var converter = keeper.Get<PartitionConverter>();
        void AddColumn(string line)
        {
            if (line.StartsWith("Checking references", StringComparison.Ordinal))
                keeper.Database.ExecuteAsync("ALTER TABLE workflow_executions ADD COLUMN IF NOT EXISTS note TEXT DEFAULT 'x'").GetAwaiter()
                    .GetResult();
        }

        var exception = await Assert.ThrowsAsync<ConversionException>(
            () => converter.RunAsync("executions", AddColumn, TestContext.Current.CancellationToken));
        Assert.Contains("--abandon", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ConversionState.Begun, (await PlanAsync(keeper, "executions")).State);

        await converter.AbandonAsync("executions", TestContext.Current.CancellationToken);
        Assert.Empty(
            await keeper.Database.QueryAsync<string>("SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'workflow_partitioning%'"));
        await RunAsync(keeper, "executions");
        Assert.Equal(345, (await keeper.Database.QueryAsync<long>("SELECT count(*) FROM workflow_executions WHERE note = 'x'")).Single());
    }

    [Theory]
    [InlineData("DELETE FROM workflow_executions_partitioned.workflow_executions WHERE id = 'old-7'")]
    [InlineData("UPDATE workflow_executions_partitioned.workflow_executions SET id = 'other' WHERE id = 'old-7'")]
    public async Task A_copy_that_differs_does_not_take_the_place_of_the_table(string fault)
    {
        await using var keeper = await WithWorkspacesAsync();
        var before = await keeper.AllRowsAsync();
        void Damage(string line)
        {
            if (line.StartsWith("Checking references", StringComparison.Ordinal))
                keeper.Database.ExecuteAsync(fault).GetAwaiter().GetResult();
        }

        var exception = await Assert.ThrowsAsync<ConversionException>(
            () => keeper.Get<PartitionConverter>().RunAsync("executions", Damage, TestContext.Current.CancellationToken));

        Assert.Contains("not in both", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Equal(ConversionState.Begun, (await PlanAsync(keeper, "executions")).State);
    }

    [Fact]
    public async Task Retention_and_partitions_wait_until_it_is_done()
    {
        await using var keeper = await WithWorkspacesAsync();
        Task? retention = null, partitions = null;
        await keeper.Get<PartitionConverter>().RunAsync(
            "executions",
            line =>
            {
                if (!line.StartsWith("Building", StringComparison.Ordinal) || retention is not null)
                    return;
                retention = AssertRefusedAsync(() => keeper.Retention.RunAsync(TestContext.Current.CancellationToken));
                partitions = AssertRefusedAsync(() => keeper.Get<PartitionRunner>().RunAsync(TestContext.Current.CancellationToken));
                Task.WaitAny([Task.WhenAll(retention, partitions)], TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken);

        await Task.WhenAll(retention!, partitions!);
        Assert.NotEmpty(await PlacesAsync(keeper, Executions));
    }

    [Fact]
    public async Task A_workspace_that_becomes_a_major_one_gets_its_partition_by_the_recurring_work()
    {
        await using var keeper = await WithWorkspacesAsync();
        await RunAsync(keeper, "executions");
        await keeper.Database.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ('It''s new', 'New')");
        await keeper.Database.ExecuteAsync(
            """
            INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id, status)
            SELECT 'new-' || n, 'tpl', 'default', 'It''s new', 'default', 'completed' FROM generate_series(1, 60) n
            """);
        var before = await keeper.AllRowsAsync();

        var report = (await keeper.Get<PartitionRunner>().RunAsync(TestContext.Current.CancellationToken)).Tables.Single(table =>
            table.Table == Executions);

        var made = Assert.Single(report.Made);
        Assert.Equal(60, made.RowsMoved);
        Assert.Equal("IN ('It''s new')", made.Bounds);
        Assert.StartsWith($"{Executions}_ws__t_s_new_", made.Name, StringComparison.Ordinal);
        Assert.Equal(60, await keeper.CountAsync(made.Name));
        Assert.Equal(before, await keeper.AllRowsAsync());
        Assert.Empty(
            (await keeper.Get<PartitionRunner>().RunAsync(TestContext.Current.CancellationToken)).Tables.SelectMany(table => table.Made));
    }

    [Theory]
    [InlineData("workspace_id = 'workspace-abc' ORDER BY created_at DESC, id DESC LIMIT 50")]
    [InlineData("user_id = 'default' AND workspace_id = 'workspace-abc' ORDER BY created_at DESC")]
    [InlineData("workspace_id = 'workspace-abc' AND idempotency_key = 'k'")]
    [InlineData("workspace_id = 'workspace-abc' AND id = 'old-1'")]
    public async Task A_query_of_a_workspace_reads_its_partition_alone(string condition)
    {
        await using var keeper = await WithWorkspacesAsync();
        await RunAsync(keeper, "executions");

        var plan = string.Join('\n', await keeper.Database.QueryAsync<string>($"EXPLAIN SELECT * FROM {Executions} WHERE {condition}"));

        Assert.Contains($"{Executions}_ws_abc", plan, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Executions}_ws_big", plan, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Executions}_default", plan, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(Func<Task> run) => await Assert.ThrowsAsync<MaintenanceBusyException>(run);

    private static Task RunAsync(Keeper keeper, string table) =>
        keeper.Get<PartitionConverter>().RunAsync(table, _ => { }, TestContext.Current.CancellationToken);

    private static Task<ConversionPlan> PlanAsync(Keeper keeper, string table) =>
        keeper.Get<PartitionConverter>().PlanAsync(table, TestContext.Current.CancellationToken);

    /// <summary>Old executions of two major workspaces and of small ones.</summary>
    private async Task<Keeper> WithWorkspacesAsync()
    {
        var keeper = await Keeper.CreateAsync(postgres, ("Partitions:MajorWorkspaceRows", "50"));
        await keeper.AddManyAsync(345);
        await keeper.Database.ExecuteAsync(
            "INSERT INTO workspaces (id, name) VALUES ('workspace-abc', 'Abc'), ('big', 'Big'), ('small', 'Small')");
        await keeper.Database.ExecuteAsync(
            """
            UPDATE workflow_executions SET workspace_id = CASE WHEN n <= 200 THEN 'workspace-abc' WHEN n <= 300 THEN 'big' WHEN n <= 320 THEN 'small' ELSE 'default' END
            FROM (SELECT id AS given, substr(id, 5)::int AS n FROM workflow_executions) numbered
            WHERE id = given
            """);
        return keeper;
    }

    /// <summary>The partitions of a table that have rows, with how many.</summary>
    private static Task<IReadOnlyList<string>> PlacesAsync(Keeper keeper, string table) => keeper.Database.QueryAsync<string>(
        $"SELECT place || ' ' || count(*) FROM (SELECT tableoid::regclass::text AS place FROM {table}) places WHERE place <> '{table}' "
            + "GROUP BY place ORDER BY place");

    private static async Task<string> ReferencesAsync(Keeper keeper, string table) =>
        string.Join(
            '\n',
            await keeper.Database.QueryAsync<string>(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = $1::regclass", table));

    /// <summary>What the catalogue says of a table and of the views on it, apart from what partitioning gives up.</summary>
    private static Task<IReadOnlyList<string>> FactsAsync(Keeper keeper, string table) => keeper.Database.QueryAsync<string>(
        """
        SELECT concat_ws(' ', 'column', attname, format_type(atttypid, atttypmod), attnotnull AND attname <> 'created_at', attgenerated, attacl,
                   pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT concat_ws(' ', 'table', relacl, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner), obj_description(oid, 'pg_class'))
        FROM pg_class WHERE oid = $1::regclass
        UNION ALL
        SELECT regexp_replace(replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON '), '::(character varying|text)(\[\])?|[()]', '', 'g') || indisvalid FROM pg_index WHERE indrelid = $1::regclass AND NOT indisprimary
        UNION ALL
        SELECT concat_ws(' ', conname, pg_get_constraintdef(oid), convalidated) FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('f', 'c')
        UNION ALL
        SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal
        UNION ALL
        SELECT p::text FROM pg_policies p WHERE tablename = $1
        UNION ALL
        SELECT concat_ws(' ', relname, relkind, relacl, reloptions, pg_get_viewdef(oid)) FROM pg_class
        WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE tablename = 'workflow_execution_summary'
        UNION ALL
        SELECT concat_ws(' ', 'sequence', pg_get_serial_sequence($1, 'id'))
        ORDER BY 1
        """,
        table);
}
