using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>The commands, as processes.</summary>
public class CommandLineTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Run_shows_each_node_prints_the_outputs_and_exits_with_0()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);

        var (exitCode, output) = await RunAsync([
            "run",
            SampleFile.All.Single(sample => sample.Name == "product-launch").Path,
            "--param",
            "topic=rooibos",
            "--connection",
            database.ConnectionString,
        ]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Completed", output);
        Assert.Contains("rooibos", output);
        Assert.Contains("USD", output);
        Assert.Contains("/executions/exec", output);
        Assert.DoesNotContain("─", output);
        Assert.Equal(["completed"], await database.QueryAsync<string>("SELECT status FROM workflow_executions"));
    }

    [Fact]
    public async Task Run_gives_a_pipe_the_execution_as_JSON_and_nothing_else()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, new Drawing("piped").Node("say", "transform", new { template = new string('x', 200) }).ToFile().ToJsonString(),
            TestContext.Current.CancellationToken);

        using var process = ServerProcess.Run(["run", file, "--json", "--connection", database.ConnectionString]);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var execution = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Delete(file);

        Assert.Equal((0, "completed"), (process.ExitCode, (string?)execution["status"]));
        Assert.Equal(new string('x', 200), (string?)execution["outputs"]!["say"]!["text"]);
        Assert.Contains($"/executions/{execution["id"]}", await error);
    }

    [Fact]
    public async Task Run_names_the_node_that_failed_and_exits_with_1()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, new Drawing("doomed").Node("bad-luck", "fail", new { message = "no tea left" }).ToFile().ToJsonString(),
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(["run", file, "--connection", database.ConnectionString]);
        File.Delete(file);

        Assert.True(exitCode == 1, output);
        Assert.Contains("bad-luck", output);
        Assert.Contains("no tea left", output);
    }

    [Fact]
    public async Task What_PostgreSQL_refuses_is_said_with_its_table_and_column()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("ALTER TABLE workflow_templates ADD COLUMN tenant TEXT NOT NULL");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            new Drawing("refused").Node("say", "transform", new { template = "tea" }).ToFile().ToJsonString(),
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(["run", file, "--connection", database.ConnectionString]);
        File.Delete(file);

        Assert.True(exitCode == 2, output);
        Assert.Contains("workflow_templates.tenant", output.ReplaceLineEndings(""));
        Assert.DoesNotContain("redacted", output);
    }

    [Fact]
    public async Task Run_lists_what_is_wrong_with_a_file_and_exits_with_2()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, new Drawing("wrong").Node("a", "nonsense").Node("b", "transform").ToFile().ToJsonString(),
            TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(["run", file, "--connection", database.ConnectionString]);
        File.Delete(file);

        Assert.True(exitCode == 2, output);
        Assert.Contains("/nodes/0/type", output);
        Assert.Contains("/nodes/1/data/fields", output);
    }

    [Fact]
    public async Task Migrate_brings_an_empty_database_to_the_schema()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);

        var (exitCode, output) = await RunAsync(["migrate", "--connection", database.ConnectionString]);

        Assert.True(exitCode == 0, output);
        Assert.Equal([0L], await database.QueryAsync<long>("SELECT count(*) FROM workflow_executions"));
    }

    [Fact]
    public async Task Check_templates_names_what_is_refused_and_what_renders_otherwise_and_exits_with_1()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            new Drawing("greeting").Node("greet", "transform", new { fields = new { text = "Hello {{ params.name }}" } })
                .Node("end", "output", new { value = "{{ greet.text }}" }, "greet").ToFile().ToJsonString(),
            TestContext.Current.CancellationToken);
        var ran = await RunAsync(["run", file, "--param", "name=Ada", "--connection", database.ConnectionString]);
        File.Delete(file);
        Assert.True(ran.ExitCode == 0, ran.Output);

        var same = await RunAsync(["check-templates", "--connection", database.ConnectionString]);
        Assert.True(same.ExitCode == 0, same.Output);
        Assert.Contains("1 templates and 2 recorded inputs were looked at; 0 settings differ.", same.Output);

        await database.ExecuteAsync(
            """
            UPDATE agent_jobs
            SET input_data_json = jsonb_set(input_data_json, '{value}', '"Hello WorkflowFunctions.Templating.JsonObjectView"')
            WHERE node_id = 'end'
            """);
        await database.ExecuteAsync(
            """
            INSERT INTO workflow_templates (id, workspace_id, name, nodes_json, edges_json)
            SELECT 'old', workspace_id, 'old', '[{ "id": "a", "type": "output", "data": { "value": "{{ params.n | currency }}" } }]', '[]'
            FROM workflow_templates LIMIT 1
            """);
        var differs = await RunAsync(["check-templates", "--connection", database.ConnectionString]);

        Assert.True(differs.ExitCode == 1, differs.Output);
        Assert.Contains(
            "Template old, /nodes/0/data/value: refused: Line 1, column 15: There is no filter called 'currency'.", differs.Output);
        Assert.Contains("end/value: was \"Hello WorkflowFunctions.Templating.JsonObjectView\", is now \"Hello Ada\"", differs.Output);
        Assert.Contains("2 settings differ", differs.Output);
    }

    [Fact]
    public async Task Test_runs_the_tests_of_the_samples_and_says_what_differs()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory();
        var samples = Path.GetFullPath(SampleFile.Folder);
        var results = Path.Combine(folder.FullName, "results.xml");

        var (exitCode, output) = await RunAsync(
            ["test", Path.Combine(samples, "tests"), "--junit", results, "--connection", database.ConnectionString]);

        Assert.True(exitCode == 0, output);
        Assert.Contains($"{SampleFile.All.Count} passed, 0 failed", output);
        Assert.Contains(
            $"tests=\"{SampleFile.All.Count}\" failures=\"0\"",
            await File.ReadAllTextAsync(results, TestContext.Current.CancellationToken));

        var test = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(samples, "tests", "feedback-triage.json"), TestContext.Current.CancellationToken))!;
        test["workflow"] = Path.Combine(samples, "feedback-triage.json");
        test["expected"]!["outputs"]!["triaged"]!["theme"] = "weather";
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "wrong.json"), test.ToJsonString(), TestContext.Current.CancellationToken);
        test["outputs"]!.AsObject().Remove("classify");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "lacking.json"), test.ToJsonString(), TestContext.Current.CancellationToken);
        var differs = await RunAsync(["test", folder.FullName, "--connection", database.ConnectionString]);
        folder.Delete(recursive: true);

        Assert.True(differs.ExitCode == 1, differs.Output);
        Assert.Contains("outputs.triaged.theme: expected \"weather\", got", differs.Output);
        Assert.Contains("reads the output of 'classify', which is not given", differs.Output);
        Assert.Contains("0 passed, 2 failed", differs.Output);
    }

    [Theory]
    [InlineData("--help", 0, "migrate")]
    [InlineData("nonsense", 1, "nonsense")]
    [InlineData("run", 1, "file")]
    public async Task The_program_says_how_it_is_used(string argument, int expected, string mentioned)
    {
        var (exitCode, output) = await RunAsync([argument]);

        Assert.Equal(expected, exitCode);
        Assert.Contains(mentioned, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments)
    {
        using var process = ServerProcess.Run(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
