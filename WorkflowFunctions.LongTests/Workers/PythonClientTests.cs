using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.LongTests.Workers;

/// <summary>The tests of <c>clients/python</c>, against the real server.</summary>
public sealed class PythonClientTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_tests_of_the_Python_client_pass()
    {
        PythonProcess.SkipWithoutCelery();
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync(database.ConnectionString, cancellationToken);

        using var python = PythonProcess.Start(
            server.Client.Http.BaseAddress!, database.ConnectionString, "-m", "unittest");

        Assert.True(await python.EndAsync(cancellationToken) == 0, python.Output);
    }
}
