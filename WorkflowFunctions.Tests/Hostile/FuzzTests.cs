using System.Net;
using WorkflowFunctions.Bench.Fuzz;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>What was found by sending random requests for hours (<c>bench -- fuzz</c>), and a few seeds of the same kind.</summary>
public sealed class FuzzTests(PostgresFixture postgres)
{
    private const string Cases = ".Hostile.cases.";

    /// <summary>A machine may be as busy as it likes: what hangs, hangs longer.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task What_was_found_stays_mended()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(database);
        using var client = new FuzzClient(server.Client.Http.BaseAddress!, s_limit, null);

        var names = typeof(FuzzTests).Assembly.GetManifestResourceNames().Where(name => name.Contains(Cases, StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            using var reader = new StreamReader(typeof(FuzzTests).Assembly.GetManifestResourceStream(name)!);
            var answer = await client.SendAsync(
                FuzzCase.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);

            Assert.True(answer.Wrong is null, $"{name}: {answer.Wrong}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_requests_are_answered_with_what_a_client_can_read(int seed)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await LocalServer.StartAsync(
            database, new Dictionary<string, string?> { ["Http:AllowPrivateAddresses"] = "false" });
        using var client = new FuzzClient(server.Client.Http.BaseAddress!, s_limit, null);
        var types = (await client.GetAsync("/api/node-types", TestContext.Current.CancellationToken)).EnumerateArray()
            .Select(type => type.GetProperty("name").GetString()!);
        var ids = new KnownIds();
        var requests = new FuzzRequests(
            seed, await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken),
            [.. SampleFile.All.Select(sample => sample.Json.GetRawText())], [.. types], ids, []);
        var answered = 0;

        for (var number = 1; number <= 400; number++)
        {
            var request = requests.Make(number);
            var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.Wrong is null, $"{number}: {answer.Wrong}: {request}");
            if (answer.Status is >= 200 and < 300)
            {
                answered++;
                ids.Learn(request.Target, answer.Json);
            }
        }

        Assert.NotEqual(0, answered);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/health/ready")).Status);
    }
}
