using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>Every sample runs to its end on the server, with the offline model, and leaves a record that adds up.</summary>
public class SampleRunTests(PostgresFixture postgres)
{
    public static TheoryData<string> Names => [.. SampleFile.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sample_completes_with_a_record_that_adds_up(string name)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);

        var executionId = await server.Client.StartFileAsync(
            JsonNode.Parse(SampleFile.All.Single(sample => sample.Name == name).Json.GetRawText())!.AsObject());
        var execution = await server.Client.RestAsync(executionId);

        Assert.Equal("completed", execution.State);
        Assert.NotEmpty(execution["outputs"].EnumerateObject());
        await RecordChecks.AssertCompleteAsync(database.ConnectionString, executionId);
    }
}
