using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using WorkflowFunctions.Api.Keys;
using WorkflowFunctions.Bench.Chaos;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>
/// Sends requests of chance to a server in a process of its own, whose models answer by chance, and looks whether each is answered, none
/// with a 5xx, every error with a problem, whether every node that failed says why, and whether memory and connections stay what they were.
/// </summary>
/// <param name="Duration">How long.</param>
/// <param name="Seed">What decides which requests are sent.</param>
/// <param name="Samples">A folder with workflows; null for none.</param>
/// <param name="Findings">A folder for the cases that went wrong.</param>
internal sealed record FuzzBench(TimeSpan Duration, int Seed, string? Samples, string Findings)
{
    private const int Workers = 4;

    /// <summary>What a pool of connections and the engine's own have.</summary>
    private const int MostConnections = 40;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_sampling = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, int> _statuses = new();
    private readonly ConcurrentDictionary<string, int> _operations = new();
    private readonly ConcurrentDictionary<string, int> _wrong = new();
    private readonly ConcurrentDictionary<string, (int Count, double Seconds)> _slow = new();
    private readonly List<FuzzSample> _samples = [];
    private int _sent;
    private int _modelAnswers;

    /// <summary>Runs, reports, and says whether all was well.</summary>
    /// <returns>The exit code: 0 if it was.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Findings);
        var folder = Directory.CreateTempSubdirectory("workflow-fuzz-").FullName;
        try
        {
            await using var database = await ChaosDatabase.StartAsync(folder, cancellationToken);
            await using var models = await FuzzModels.StartAsync(Seed, cancellationToken);
            await using var server = new ChaosServer(database.ConnectionString);
            var keys = await MakeKeysAsync(database.ConnectionString, cancellationToken);
            server.Start([
                ("Access__Required", "true"),
                ("Access__RequestsPerMinute", "0"),
                ("Access__RowSecurity", "Required"),
                .. models.Settings,
            ]);
            using var client = new FuzzClient(server.Address, s_limit, keys[0].Secret);
            await RunAsync(database, server, client, keys, cancellationToken);
            await FindUnforeseenAsync(database, cancellationToken);
            _modelAnswers = models.Answers;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var verdict = Verdict();
        Report(verdict);
        return _wrong.IsEmpty && verdict.Count == 0 ? 0 : 1;
    }

    /// <summary>Keys of callers who reach everything, and of some who are confined to a workspace.</summary>
    private static async Task<IReadOnlyList<FuzzKey>> MakeKeysAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.OpenAsync(connectionString, cancellationToken);
        await using (var command = database.Source.CreateCommand(BenchSql.Read("Fuzz.workspaces")))
            await command.ExecuteNonQueryAsync(cancellationToken);
        var keys = new List<FuzzKey>();
        foreach (var (scope, workspace) in ((string, string?)[])
                [("admin", null), ("admin", "default"), ("admin", "acme"), ("run", "default"), ("read", "acme")])
        {
            var key = new FuzzKey(Ids.New("key"), ApiKeySecret.New());
            keys.Add(key);
            await database
                .Get<ApiKeyStore>()
                .CreateAsync(
                    new ApiKeyRow
                    {
                        Id = key.Id,
                        Name = $"{scope} {workspace}",
                        Scope = scope,
                        Workspaces = workspace is null ? null : [workspace],
                    },
                    key.Secret,
                    cancellationToken);
        }

        return keys;
    }

    private async Task RunAsync(
        ChaosDatabase database, ChaosServer server, FuzzClient client, IReadOnlyList<FuzzKey> keys, CancellationToken cancellationToken)
    {
        var document = await AwaitAsync(client, cancellationToken);
        var types = await client.GetAsync("/api/node-types", cancellationToken);
        var ids = new KnownIds([.. keys.Select(key => key.Id)]);
        var requests = new FuzzRequests(Seed, document, ReadSamples(), FindTypes(types), ids, [.. keys.Select(key => key.Secret)]);
        var wall = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Workers).Select(_ => SendAsync(requests, ids, client, wall, cancellationToken)).ToList();
        while (wall.Elapsed < Duration)
        {
            await Task.Delay(s_sampling, cancellationToken);
            await SampleAsync(database, server, wall.Elapsed, cancellationToken);
        }

        await Task.WhenAll(workers);
        if (server.ResidentBytes is null)
            _wrong["the server has ended"] = 1;
    }

    private async Task SendAsync(
        FuzzRequests requests, KnownIds ids, FuzzClient client, Stopwatch wall, CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (wall.Elapsed < Duration)
        {
            var number = Interlocked.Increment(ref _sent);
            var request = requests.Make(number);
            var before = Stopwatch.GetTimestamp();
            var answer = await client.SendAsync(request, cancellationToken);
            var took = Stopwatch.GetElapsedTime(before);
            _operations.AddOrUpdate(request.Operation, 1, static (_, count) => count + 1);
            _statuses.AddOrUpdate($"{answer.Status}", 1, static (_, count) => count + 1);
            if (took > TimeSpan.FromSeconds(3))
            {
                var seconds = Math.Round(took.TotalSeconds, 1);
                _slow.AddOrUpdate(request.Operation, (1, seconds), (_, former) => (former.Count + 1, Math.Max(former.Seconds, seconds)));
            }

            if (answer.Wrong is { } wrong)
                Keep(number, request, wrong);
            else if (answer.Status is 200 or 201 or 202)
                ids.Learn(request.Target, answer.Json);
        }
    }

    private void Keep(int number, FuzzCase request, string wrong)
    {
        var key = $"{request.Operation}: {wrong}";
        // The first few of a kind tell enough.
        if (_wrong.AddOrUpdate(key, 1, static (_, count) => count + 1) <= 3)
        {
            Console.WriteLine($"{number}: {key}");
            File.WriteAllText(Path.Combine(Findings, $"{Seed}-{number}.json"), request.ToString());
        }
    }

    private async Task SampleAsync(ChaosDatabase database, ChaosServer server, TimeSpan at, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(BenchSql.Read("Fuzz.connections"), connection);
        var connections = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        lock (_samples)
            _samples.Add(
                new FuzzSample(Math.Round(at.TotalSeconds), _sent, (server.ResidentBytes ?? 0) / 1_000_000, connections, server.Threads));
        if (_samples.Count % 6 == 0)
            Console.WriteLine(JsonSerializer.Serialize(_samples[^1]));
    }

    private async Task FindUnforeseenAsync(ChaosDatabase database, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(BenchSql.Read("Fuzz.unforeseen"), connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            _wrong[rows.GetString(0)] = 1;
    }

    /// <summary>What has grown.</summary>
    private List<string> Verdict()
    {
        var verdict = new List<string>();
        if (_samples.Count >= 8)
        {
            // What a process needs at the least, after it has warmed up, and at the end: between collections it has more.
            var quarter = _samples.Count / 4;
            var (early, late) = (
                _samples.Skip(quarter).Take(quarter).Min(sample => sample.Megabytes),
                _samples.TakeLast(quarter).Min(sample => sample.Megabytes));
            if (late > (early * 1.5) + 100)
                verdict.Add($"memory has grown from {early} to {late} MB");
        }

        if (_samples.Count > 0 && _samples.Max(sample => sample.Connections) is > MostConnections and var most)
            verdict.Add($"there were {most} connections");
        return verdict;
    }

    private void Report(List<string> verdict)
    {
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            seed = Seed,
            minutes = Math.Round(Duration.TotalMinutes, 1),
            requests = _sent,
            operations = _operations.Count,
            model_answers = _modelAnswers,
            statuses = _statuses.OrderBy(pair => pair.Key).ToDictionary(),
            // A claim waits for tasks as long as its body says.
            slower_than_3_s = _slow.ToDictionary(slow => slow.Key, slow => $"{slow.Value.Count}, up to {slow.Value.Seconds} s"),
            memory_mb = _samples.Select(sample => sample.Megabytes).Where((_, i) => i % Math.Max(1, _samples.Count / 12) == 0),
            connections = _samples.Select(sample => sample.Connections).DefaultIfEmpty().Max(),
            threads = _samples.Select(sample => sample.Threads).DefaultIfEmpty().Max(),
            wrong = _wrong,
            grown = verdict,
        }));
    }

    private IReadOnlyList<string> ReadSamples() => Samples is null
        ? []
        : [.. Directory.EnumerateFiles(Samples, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static IReadOnlyList<string> FindTypes(JsonElement types) =>
        [.. types.EnumerateArray().Select(type => type.GetProperty("name").GetString()!)];

    private static async Task<JsonElement> AwaitAsync(FuzzClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await client.GetAsync("/openapi/v1.json", cancellationToken);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private sealed record FuzzKey(string Id, string Secret);

    private sealed record FuzzSample(double Second, int Requests, long Megabytes, long Connections, int Threads);
}
