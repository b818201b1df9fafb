using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Database.Migrations;
using WorkflowFunctions.Local.Engine;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Record;

namespace WorkflowFunctions.Tests.Access;

/// <summary>The second wall: what a confined connection reaches when nobody else looks, for every table that there is.</summary>
public class RowSecurityTests(PostgresFixture postgres)
{
    /// <summary>
    /// Tables that are nobody's in particular; a confined caller has no rights on them, but sees the ids of users and how far summaries go.
    /// </summary>
    private static readonly string[] s_ofNobody = ["users", "workflow_schema_versions", "workflow_archive_blobs", "workflow_row_policies",
        "workflow_model_calls", "workflow_model_limits", "workflow_workspace_costs", "workflow_summary_state", "workflow_changed_days",
        "workflow_execution_summary_changed", "workflow_node_summary_changed", "workflow_duration_summary_changed"];

    /// <summary>Tables that a confined caller may only read.</summary>
    private static readonly string[] s_readOnly = ["workspaces", "projects"];

    public static TheoryData<bool> Kinds => [false, true];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_confined_connection_sees_what_is_in_its_workspace_and_nothing_else(bool isConverted)
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres, isConverted);

        foreach (var table in await TablesAsync(both.Database))
        {
            Assert.NotEmpty(await RowsAsync(both.Database, table, "globex"));
            await both.OnConnectionAsync(
                ["acme"],
                async connection =>
                {
                    var seen = await QueryAsync(connection, $"SELECT t::text FROM {table} t");
                    Assert.True(seen.Any(row => IsOf(row, "acme", table)), $"{table}: nothing of its own is seen");
                    Assert.True(!seen.Any(row => IsOf(row, "globex", table)), $"{table}: {string.Join('\n', seen)}");
                });
            await both.OnConnectionAsync(
                ["acme", "globex"],
                async connection =>
                    Assert.Equal(
                        2,
                        (await QueryAsync(connection, $"SELECT t::text FROM {table} t")).Count(row =>
                            IsOf(row, "acme", table) || IsOf(row, "globex", table))));
            await both.OnConnectionAsync(
                [],
                async connection =>
                    Assert.DoesNotContain(
                        await QueryAsync(connection, $"SELECT t::text FROM {table} t"),
                        row => IsOf(row, "acme", table) || IsOf(row, "globex", table)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_confined_connection_changes_nothing_of_another_workspace(bool isConverted)
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres, isConverted);

        foreach (var table in await TablesAsync(both.Database))
        {
            var before = await AllRowsAsync(both.Database);
            var key = (
                await both.Database.QueryAsync<string>(
                    "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = (SELECT conkey[1] FROM "
                        + "pg_constraint WHERE conrelid = attrelid AND contype = 'p')",
                    table)).Single();
            var type = (
                await both.Database.QueryAsync<string>(
                    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2", table,
                    key)).Single();
            var foreign = (
                await both.Database.QueryAsync<string>(
                    $"SELECT to_jsonb(t)::text FROM {table} t WHERE t::text LIKE '%globex%' OR {key}::text = $1",
                    await VersionOfAsync(both.Database, "globex"))).Single();
            await both.OnConnectionAsync(
                ["acme"],
                async connection =>
                {
                    Assert.Equal(
                        0,
                        await ChangeAsync(
                            connection, $"UPDATE {table} SET {key} = {key} WHERE {key} = (($1::jsonb) ->> '{key}')::{type}", foreign));
                    Assert.Equal(
                        0, await ChangeAsync(connection, $"DELETE FROM {table} WHERE {key} = (($1::jsonb) ->> '{key}')::{type}", foreign));
                    // The same row again, but for its key: of another workspace, it cannot be written.
                    var other = type == "bigint" ? "'9999'" : "'\"another\"'";
                    Assert.Null(
                        await ChangeAsync(
                            connection,
                            $"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, $1::jsonb || "
                                + $"jsonb_build_object('{key}', {other}::jsonb) {NewHash(table)})",
                            foreign));
                });

            Assert.Equal((table, string.Join('\n', before)), (table, string.Join('\n', await AllRowsAsync(both.Database))));
        }
    }

    [Fact]
    public async Task Nor_does_it_give_what_is_its_own_to_another_workspace()
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres);

        var columns = await both.Database.QueryAsync<string>(
            """
            SELECT table_name || '.' || column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name IN ('workspace_id', 'execution_id', 'document_id') AND table_name = ANY ($1)
            """,
            [(await TablesAsync(both.Database)).Except(s_readOnly).ToArray()]);
        Assert.NotEmpty(columns);
        foreach (var column in columns.Select(name => name.Split('.')))
        {
            var kind = column[1].Replace("_id", "", StringComparison.Ordinal);
            var value = kind == "workspace" ? "globex" : $"{kind}-globex";
            await both.OnConnectionAsync(["acme"], async connection =>
                Assert.Null(await ChangeAsync(connection, $"UPDATE {column[0]} SET {column[1]} = $1", value)));
        }

        await both.OnConnectionAsync(["acme"], async connection =>
        {
            Assert.Null(await ChangeAsync(connection, "UPDATE workflow_api_keys SET workspaces = ARRAY[$1]::varchar[]", "globex"));
            Assert.Null(await ChangeAsync(connection, "UPDATE workflow_api_keys SET workspaces = NULL WHERE name <> $1", "globex"));
        });
    }

    [Fact]
    public async Task Nor_does_it_start_what_another_workspace_has()
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres);

        await both.OnConnectionAsync(["acme"], async connection =>
        {
            const string Insert = "INSERT INTO workflow_executions (id, template_id, project_id, workspace_id, user_id) VALUES ($1, "
                + "'template-' || $1, 'default', 'acme', 'default')";
            Assert.Equal(1, await ChangeAsync(connection, Insert, "acme"));
            Assert.Null(await ChangeAsync(connection, Insert, "globex"));
        });
    }

    [Fact]
    public async Task Every_table_is_confined()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        Assert.Empty(await UnconfinedAsync(database));

        await database.ExecuteAsync("CREATE TABLE workflow_news (id VARCHAR PRIMARY KEY, workspace_id VARCHAR)");
        Assert.Equal(["workflow_news"], await UnconfinedAsync(database));
    }

    [Fact]
    public async Task A_database_that_was_there_before_is_confined_as_well()
    {
        await using var database = await CeleryProject.CreateMigratedAsync(postgres);
        await using var services = TwoWorkspaces.Services(database.ConnectionString, RowSecurityMode.Required);

        var workspace = (
            await database.QueryAsync<string>("SELECT workspace_id FROM workflow_executions GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
        ).Single();
        var count = (
            await database.QueryAsync<long>(
                "SELECT count(*) FROM agent_jobs j JOIN workflow_executions e ON e.id = j.execution_id WHERE e.workspace_id = $1",
                workspace)).Single();

        Assert.NotEqual(0, count);
        await TwoWorkspaces.OnConnectionAsync(services, [workspace], async connection =>
            Assert.Equal([$"{count}"], await QueryAsync(connection, "SELECT count(*)::text FROM agent_jobs")));
        await TwoWorkspaces.OnConnectionAsync(services, ["another"], async connection =>
            Assert.Equal(["0"], await QueryAsync(connection, "SELECT count(*)::text FROM agent_jobs")));
    }

    [Fact]
    public async Task The_owner_has_no_policies_and_gets_connections_back_as_they_were()
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres, connections: 1);

        for (var i = 0; i < 3; i++)
        {
            await both.OnConnectionAsync(
                ["acme"],
                async connection => Assert.Equal(["1"], await QueryAsync(connection, "SELECT count(*)::text FROM workflow_executions")));
            await both.OnConnectionAsync(
                null,
                async connection =>
                {
                    Assert.Equal(["2"], await QueryAsync(connection, "SELECT count(*)::text FROM workflow_executions"));
                    Assert.Equal(["none"], await QueryAsync(connection, "SELECT current_setting('role')"));
                    foreach (var table in await TablesAsync(both.Database))
                        Assert.Equal(
                            [$"{table} False"],
                            await QueryAsync(connection, $"SELECT '{table} ' || initcap(row_security_active('{table}')::text)"));
                });
        }
    }

    [Fact]
    public async Task What_a_confined_caller_starts_runs_unconfined()
    {
        await using var database = await SecuredApi.CreateDatabaseAsync(postgres);
        await using var server = await ApiServer.StartAsync(
            database.ConnectionString, services => services.AddLocalEngine().AddNodeType<ConfinementNode>(), ("Access:Required", "true"),
            ("Access:RowSecurity", "Required"));
        using var client = await SecuredApi.ClientAsync(server, "admin", SecuredApi.Acme);
        var template = await client.SaveAsync(
            new { name = "Flow", nodes = new object[] { new { id = "look", type = "confinement" } }, edges = Array.Empty<object>() });

        var execution = await client.RestAsync(await client.StartAsync(template));

        Assert.Equal("completed", execution.State);
        Assert.Equal("none", execution["outputs"].GetProperty("look").GetProperty("workspaces").GetString());
    }

    [Fact]
    public async Task Other_roles_of_an_existing_project_see_what_they_saw()
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres);
        await using var reader = await TestRole.CreateAsync(both.Database);
        await both.Database.ExecuteAsync($"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader.Name}");

        await using var connection = await reader.OpenAsync();
        foreach (var table in await TablesAsync(both.Database))
            Assert.Equal(
                (table, 2),
                (
                    table,
                    (await QueryAsync(connection, $"SELECT t::text FROM {table} t")).Count(row =>
                        IsOf(row, "acme", table) || IsOf(row, "globex", table))));
    }

    [Fact]
    public async Task Without_the_right_to_take_the_role_it_says_what_is_missing()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        await using var plain = await TestRole.CreateAsync(database);
        await database.ExecuteAsync($"GRANT ALL ON SCHEMA public TO {plain.Name}");
        await new Migrator(NullLogger<Migrator>.Instance).MigrateAsync(plain.ConnectionString, TestContext.Current.CancellationToken);
        await using var required = TwoWorkspaces.Services(plain.ConnectionString, RowSecurityMode.Required);
        await using var auto = TwoWorkspaces.Services(plain.ConnectionString, RowSecurityMode.Auto);

        var problem = await Assert.ThrowsAsync<RowSecurityException>(
            () => TwoWorkspaces.OnConnectionAsync(required, ["default"], _ => Task.CompletedTask));
        Assert.Contains("GRANT workflow_confined TO", problem.Message, StringComparison.Ordinal);
        await TwoWorkspaces.OnConnectionAsync(
            auto, ["default"], async connection => Assert.Equal(["none"], await QueryAsync(connection, "SELECT current_setting('role')")));

        await database.ExecuteAsync($"GRANT workflow_confined TO {plain.Name}");
        await TwoWorkspaces.OnConnectionAsync(required, ["default"], async connection =>
            Assert.Equal(["workflow_confined"], await QueryAsync(connection, "SELECT current_setting('role')")));
    }

    [Fact]
    public async Task An_application_that_would_see_nothing_itself_does_not_go_on()
    {
        await using var both = await TwoWorkspaces.CreateAsync(postgres);
        await using var blind = await TestRole.CreateAsync(both.Database);
        await both.Database.ExecuteAsync(
            $"GRANT ALL ON ALL TABLES IN SCHEMA public TO {blind.Name}; GRANT workflow_confined TO {blind.Name}");
        await using var services = TwoWorkspaces.Services(blind.ConnectionString, RowSecurityMode.Auto);

        await Assert.ThrowsAsync<RowSecurityException>(() => services.GetRequiredService<RowSecurity>()
            .CheckAsync(services.GetRequiredService<NpgsqlDataSource>(), TestContext.Current.CancellationToken));
    }

    /// <summary>A version is named by what is in it, and has the name of no workspace in its row's key.</summary>
    private static string NewHash(string table) => table == "workflow_template_versions" ? "|| '{\"nodes_json\": [\"acme\"]}'" : "";

    private static async Task<string> VersionOfAsync(TestDatabase database, string workspace) =>
        (await database.QueryAsync<string>("SELECT template_version FROM workflow_executions WHERE workspace_id = $1", workspace)).Single();

    private static bool IsOf(string row, string workspace, string table) =>
        row.Contains(workspace, StringComparison.Ordinal)
            && (table != "workspaces" || row.Contains($"({workspace},", StringComparison.Ordinal));

    /// <summary>Every table, without the parts of others and those that are nobody's.</summary>
    private static async Task<IReadOnlyList<string>> TablesAsync(TestDatabase database) => [.. (await database.QueryAsync<string>(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition "
            + "ORDER BY relname")).Except(s_ofNobody)];

    private static async Task<IReadOnlyList<string>> UnconfinedAsync(TestDatabase database) => await database.QueryAsync<string>(
        """
        SELECT c.relname::text FROM pg_class c
        WHERE c.relname = ANY ($1) AND NOT (c.relrowsecurity AND EXISTS (
            SELECT 1 FROM pg_policy p
            WHERE p.polrelid = c.oid AND NOT p.polpermissive AND p.polcmd IN ('*', 'r') AND 'workflow_confined'::regrole = ANY (p.polroles)))
        """,
        [(await TablesAsync(database)).ToArray()]);

    private static Task<IReadOnlyList<string>> RowsAsync(TestDatabase database, string table, string workspace) =>
        database.QueryAsync<string>($"SELECT t::text FROM {table} t WHERE t::text LIKE $1", $"%{workspace}%");

    private static async Task<IReadOnlyList<string>> AllRowsAsync(TestDatabase database)
    {
        var rows = new List<string>();
        foreach (var table in await TablesAsync(database))
            rows.AddRange(await database.QueryAsync<string>($"SELECT '{table} ' || t::text FROM {table} t WHERE t::text LIKE '%globex%' OR "
                + $"'{table}' = 'workflow_template_versions' ORDER BY 1"));
        return rows;
    }

    private static async Task<IReadOnlyList<string>> QueryAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>How many rows were changed; null if PostgreSQL refused. No right to do it counts as no row.</summary>
    private static async Task<int?> ChangeAsync(NpgsqlConnection connection, string sql, string parameter)
    {
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection, transaction) { Parameters = { new() { Value = parameter } } };
        try
        {
            var changed = await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
            return changed;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return
                sql.StartsWith("INSERT", StringComparison.Ordinal)
                || exception.MessageText.Contains("row-level security", StringComparison.Ordinal)
                ? null
                : 0;
        }
    }

    /// <summary>Tells which workspaces the engine is confined to.</summary>
    public sealed class ConfinementNode : NodeType<ConfinementNode.NoSettings>
    {
        public override string Name => "confinement";

        public override string Description => "Tells what it is confined to.";

        protected override Task<NodeResult> RunAsync(NoSettings settings, NodeContext context, CancellationToken cancellationToken) =>
            Task.FromResult(
                NodeResult.Completed(
                    new { workspaces = Confinement.Workspaces is { } workspaces ? string.Join(',', workspaces) : "none" }));

        public sealed record NoSettings;
    }
}
