using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Bench.Chaos;

/// <summary>
/// Runs executions of all kinds while the server is killed, PostgreSQL is crashed, connections are cut and commits are slow, and
/// looks afterwards whether each has ended as it should, with nothing lost and nothing done twice.
/// </summary>
/// <param name="Executions">How many executions.</param>
/// <param name="Interval">The time between the first accidents at the most, half of it on average; it grows with their number.</param>
/// <param name="Seed">What decides which accident happens when.</param>
internal sealed record ChaosBench(int Executions, TimeSpan Interval, int Seed)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, int> _accidents = new() { ["kills"] = 0, ["crashes"] = 0, ["cuts"] = 0, ["slow"] = 0 };

    /// <summary>Runs, reports, and says whether all was well.</summary>
    /// <returns>The exit code: 0 if it was.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("workflow-chaos-").FullName;
        try
        {
            await using var database = await ChaosDatabase.StartAsync(folder, cancellationToken);
            await using var server = new ChaosServer(database.ConnectionString);
            server.Start();
            return await RunAsync(database, server, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(ChaosDatabase database, ChaosServer server, CancellationToken cancellationToken)
    {
        var wall = Stopwatch.StartNew();
        using var client = new ChaosClient(server.Address);
        var child = await client.SaveAsync(ChaosWorkflow.Child(), cancellationToken);
        var workflows = ChaosWorkflow.All(child);
        var templates = new List<string>();
        foreach (var workflow in workflows)
            templates.Add(await client.SaveAsync(workflow, cancellationToken));

        using var calm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accidents = HappenAsync(database, server, calm.Token);
        var random = new Random(Seed);
        for (var i = 0; i < Executions; i++)
        {
            var workflow = workflows[i % workflows.Count];
            var id = await client.StartAsync(templates[i % workflows.Count], $"chaos-{i}", cancellationToken);
            foreach (var (name, payload) in workflow.Signals)
                await client.SignalAsync(id, name, payload, cancellationToken);
            await Task.Delay(random.Next(100), cancellationToken);
        }

        var isStuck = !await EndAsync(database, cancellationToken);
        await calm.CancelAsync();
        await accidents;
        var wrong = await CheckAsync(database, workflows, templates);
        Report(wall.Elapsed, client.Repeats, isStuck, wrong);
        return isStuck || wrong.Count > 0 ? 1 : 0;
    }

    private async Task HappenAsync(ChaosDatabase database, ChaosServer server, CancellationToken calm)
    {
        var random = new Random(Seed + 1);
        try
        {
            for (var count = 0; ; count++)
            {
                // They become rarer: on a machine on which a start takes longer than the interval, hardly anything would be done otherwise.
                await Task.Delay(random.Next((int)(Interval.TotalMilliseconds * (1 + (count / 50.0)))), calm);
                // What has begun is done, so that the server and the database are there in the end.
                await HappenAsync(random.Next(8), random, database, server);
            }
        }
        catch (OperationCanceledException)
        {
            await database.SlowDownAsync(0, CancellationToken.None);
        }
    }

    private async Task HappenAsync(int kind, Random random, ChaosDatabase database, ChaosServer server)
    {
        switch (kind)
        {
            case < 4:
                _accidents["kills"]++;
                await server.KillAsync();
                server.Start();
                break;
            case 4:
                _accidents["crashes"]++;
                await database.CrashAsync(CancellationToken.None);
                break;
            case < 7:
                _accidents["cuts"]++;
                await database.CutAsync(CancellationToken.None);
                break;
            default:
                _accidents["slow"]++;
                await database.SlowDownAsync(random.Next(100), CancellationToken.None);
                break;
        }
    }

    /// <summary>Waits until every execution has ended; false if one does not.</summary>
    private static async Task<bool> EndAsync(ChaosDatabase database, CancellationToken cancellationToken)
    {
        for (var waiting = Stopwatch.StartNew(); waiting.Elapsed < s_patience; await Task.Delay(500, cancellationToken))
        {
            try
            {
                await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
                if (await connection.QuerySingleAsync<long>(BenchSql.Read("Chaos.unfinished")) == 0)
                    return true;
            }
            catch (NpgsqlException)
            {
                // It is down for the moment.
            }
        }

        return false;
    }

    private async Task<List<string>> CheckAsync(
        ChaosDatabase database, IReadOnlyList<ChaosWorkflow> workflows, IReadOnlyList<string> templates)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        var wrong = (await connection.QueryAsync<(string Id, string Wrong)>(BenchSql.Read("Chaos.story")))
            .Select(told => $"{told.Id}: {told.Wrong}").ToList();
        for (var i = 0; i < workflows.Count; i++)
        {
            var (workflow, expected) = (workflows[i], (Executions - i + workflows.Count - 1) / workflows.Count);
            var ends = workflow.Outputs is null ? [] : JsonNode.Parse(workflow.Outputs)!.AsObject().Select(output => output.Key).ToArray();
            var rows = (await connection.QueryAsync<(string Id, string Status, int Jobs, string? Outputs)>(
                BenchSql.Read("Chaos.ends"), new { template_id = templates[i], ends })).ToList();
            if (rows.Count != expected)
                wrong.Add($"{workflow.Name}: there are {rows.Count} executions, not {expected}");
            wrong.AddRange(
                rows.Where(row => !IsRight(workflow, row.Status, row.Jobs, row.Outputs))
                    .Select(row => $"{row.Id} ({workflow.Name}): {row}"));
        }

        return wrong;
    }

    private static bool IsRight(ChaosWorkflow workflow, string status, int jobs, string? outputs) =>
        status == workflow.Status
        && jobs == workflow.Jobs
        && (
            workflow.Outputs is null
            || (outputs is not null && JsonElement.DeepEquals(JsonElement.Parse(outputs), JsonElement.Parse(workflow.Outputs))));

    private void Report(TimeSpan wall, int repeats, bool isStuck, List<string> wrong)
    {
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            executions = Executions,
            seed = Seed,
            wall_s = Math.Round(wall.TotalSeconds, 1),
            accidents = _accidents,
            repeated_requests = repeats,
            stuck = isStuck,
            wrong = wrong.Count,
        }));
        foreach (var line in wrong.Take(20))
            Console.WriteLine(line);
    }
}
