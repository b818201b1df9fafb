using System.Text.Json.Nodes;
using TeamNodes;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.Samples;

/// <summary>A node type by a team, in the team's own program: <c>samples/TeamNodes</c>.</summary>
public class TeamNodesTests(PostgresFixture postgres)
{
    private static readonly string s_file = Path.Combine(SampleFile.Folder, "TeamNodes", "announcement.json");

    [Theory]
    [InlineData("A revolutionary tea", "revise", """{"headline":"A revolutionary tea","because_of":["revolutionary"]}""")]
    [InlineData("A good tea", "publish", """{"headline":"A good tea"}""")]
    public async Task The_team_s_server_runs_its_workflow(string headline, string node, string output)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync(
            typeof(BrandCheckNode).Assembly, database.ConnectionString, TestContext.Current.CancellationToken);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken))!.AsObject();

        var executionId = await server.Client.StartFileAsync(file, new { headline });
        var execution = await server.Client.RestAsync(executionId);

        Assert.Equal("completed", execution.State);
        Assert.Equal(output, execution["outputs"].GetProperty(node).GetRawText());
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, executionId);
    }

    [Fact]
    public async Task Its_settings_are_checked_and_described_like_those_of_any_other_node_type()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database, configure: services => services.AddNodeType<BrandCheckNode>());

        var refused = await server.Client.PostAsync("/api/templates/validate", new
        {
            name = "Wrong",
            nodes = new object[]
            {
                new { id = "check", type = "brand_check", data = new { words = Array.Empty<string>() } },
                new { id = "end", type = "merge" },
            },
            edges = new object[] { new { id = "e", source = "check", target = "end", sourceHandle = "perhaps" } },
        });
        var types = await server.Client.GetAsync("/api/node-types");

        Assert.Equal(
            ["/edges/0/sourceHandle", "/nodes/0/data/text", "/nodes/0/data/words"], refused.Pointers.Order(StringComparer.Ordinal));
        var type = types.Json.EnumerateArray().Single(each => each.GetProperty("name").GetString() == "brand_check");
        Assert.Equal(["text", "found"], type.GetProperty("outputs").EnumerateArray().Select(path => path.GetString()!));
        Assert.Equal(["clean", "flagged"], type.GetProperty("branches").EnumerateArray().Select(branch => branch.GetString()!));
    }

    [Fact]
    public async Task The_team_s_program_has_the_commands_of_the_server()
    {
        await using var database = await postgres.CreateDatabaseAsync(isMigrated: false);
        using var process = ServerProcess.Run(typeof(BrandCheckNode).Assembly, ["run", s_file, "--connection", database.ConnectionString]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await output);
        Assert.Contains("because_of", await output, StringComparison.Ordinal);
    }
}
