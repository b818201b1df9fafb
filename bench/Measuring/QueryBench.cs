using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using WorkflowFunctions.Database;

namespace WorkflowFunctions.Bench.Measuring;

/// <summary>Runs each query many times, each time about another execution, and shows how PostgreSQL answers it.</summary>
internal sealed partial class QueryBench(BenchDatabase database, int times, bool withPlans)
{
    /// <summary>Prints a table, and the plans below it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var samples = await Sample.TakeAsync(database.Source, times, cancellationToken);
        var plans = new List<(string Name, string Plan)>();
        Console.WriteLine("| query | p50 ms | p99 ms | longest ms | reads |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var measurement in Measurement.All(database))
        {
            var latencies = await MeasureAsync(measurement, samples, cancellationToken);
            var plan = await ExplainAsync(measurement, samples[0], cancellationToken);
            plans.Add((measurement.Name, plan));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {measurement.Name} | {latencies.At(0.5)} | {latencies.At(0.99)} | {latencies.At(1)} | "
                    + $"{(ReadsWhole().IsMatch(plan) ? "a whole table" : "indexes")} |"));
        }

        foreach (var (name, plan) in withPlans ? plans : [])
            Console.WriteLine($"\n{name}\n\n```\n{plan}\n```");
    }

    private static async Task<Latencies> MeasureAsync(
        Measurement measurement, IReadOnlyList<Sample> samples, CancellationToken cancellationToken)
    {
        var latencies = new List<double>(samples.Count);
        // The first ones open connections and compile.
        foreach (var sample in samples.Take(10).Concat(samples))
        {
            var started = Stopwatch.GetTimestamp();
            await measurement.Run(sample, cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new Latencies(latencies.Skip(10));
    }

    private async Task<string> ExplainAsync(Measurement measurement, Sample sample, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        return string.Join(
            '\n',
            await connection.QueryAsync<string>(
                new CommandDefinition(
                    "EXPLAIN (ANALYZE, BUFFERS) " + Sql.Read(measurement.Statement), measurement.Parameters(sample),
                    cancellationToken: cancellationToken)));
    }

    /// <summary>A scan of a table that has rows; PostgreSQL scans an empty partition rather than its index.</summary>
    [GeneratedRegex(@"Seq Scan[^\n]*actual time=\S+ rows=[1-9]|Seq Scan[^\n]*\n\s+Filter:[^\n]*\n\s+Rows Removed")]
    private static partial Regex ReadsWhole();
}
