using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Spectre.Console;
using WorkflowFunctions.Api.Templates;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Local.Commands;

/// <summary>
/// <c>test PATH</c>: runs tests of workflows. Nodes that have effects are given their outputs: no model and no network is used.
/// </summary>
internal static class TestCommand
{
    /// <summary>How many run at once.</summary>
    private const int AtOnce = 8;

    private const int MaxDifferences = 20;

    public static Command Create(Action<IServiceCollection>? configure)
    {
        var path = new Argument<string>("path")
        {
            Description = "A test, or a folder of tests (*.json). GET /api/executions/{id}/test makes one of an execution.",
        };
        var junit = new Option<FileInfo?>("--junit") { Description = "Where to write the results as JUnit XML." };
        var command = new Command("test", "Runs tests of workflows without models and network; exits with 1 if any fails.")
        {
            path,
            junit,
            CommonOptions.Connection,
        };
        command.SetAction(
            (result, cancellationToken) =>
                Failures.ReportAsync(async () =>
                {
                    var files = Files(result.GetRequiredValue(path));
                    await using var host = await CommandHost.StartAsync(result, configure, cancellationToken);
                    var results = await RunAllAsync(host, files, cancellationToken);
                    await ReportAsync(results);
                    if (result.GetValue(junit) is { } file)
                        await File.WriteAllTextAsync(file.FullName, ToJUnit(results).ToString(), cancellationToken);
                    return results.All(one => one.Differences.Count == 0) ? 0 : 1;
                }));
        return command;
    }

    private static string[] Files(string path)
    {
        if (File.Exists(path))
            return [path];
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? files : throw new CommandFailedException($"There are no tests at {path}.");
    }

    private static async Task<IReadOnlyList<TestResult>> RunAllAsync(CommandHost host, string[] files, CancellationToken cancellationToken)
    {
        // Drafts are run on it, so that no template of somebody else is touched.
        var frame = await host.Client.SaveAsync(
            new JsonObject
            {
                ["name"] = "Tests of workflows",
                ["nodes"] = new JsonArray(new JsonObject { ["id"] = "start", ["type"] = "input" }),
                ["edges"] = new JsonArray(),
            },
            cancellationToken);
        var results = new TestResult[files.Length];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, stopping) =>
            {
                var begun = Stopwatch.GetTimestamp();
                var differences = await RunAsync(host, frame.GetProperty("id").GetString()!, files[i], stopping);
                results[i] = new TestResult(Path.GetFileNameWithoutExtension(files[i]), differences, Stopwatch.GetElapsedTime(begun));
            });
        return results;
    }

    private static async Task<IReadOnlyList<string>> RunAsync(
        CommandHost host, string templateId, string file, CancellationToken cancellationToken)
    {
        try
        {
            var test = Read(await File.ReadAllTextAsync(file, cancellationToken));
            var workflow = JsonElement.Parse(
                await File.ReadAllTextAsync(
                    Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, test.Workflow), cancellationToken));
            var start = Start(test, workflow, host.App.Services.GetRequiredService<NodeCatalog>());
            start["template_id"] = templateId;
            return Compare(
                test.Expected,
                await host.Client.FindAsync(await host.Client.StartAsync(start, cancellationToken), cancellationToken, waitSeconds: 60));
        }
        catch (Exception exception) when (exception is CommandFailedException or IOException or JsonException)
        {
            return [exception.Message];
        }
    }

    private static WorkflowTest Read(string json) =>
        JsonSerializer.Deserialize<WorkflowTest>(json, SettingsSchema.Json) ?? throw new CommandFailedException("It is no test.");

    /// <summary>Runs all nodes that only compute and were not skipped: what they read of others has to be given.</summary>
    private static JsonObject Start(WorkflowTest test, JsonElement workflow, NodeCatalog catalog)
    {
        var file = new WorkflowFile(Member(workflow, "nodes"), Member(workflow, "edges"));
        var (plan, problems) = WorkflowPlan.Make("test", file, catalog);
        if (plan is null)
            throw new CommandFailedException($"{test.Workflow}: {problems[0].Pointer}: {problems[0].Detail}");
        var only = plan.Graph.Root.Nodes.Select(node => node.Id)
            .Where(id => plan.OnlyComputes(plan[id]) && !test.Outputs.ContainsKey(id) && !test.Skipped.Contains(id)).ToList();
        return only.Count == 0
            ? throw new CommandFailedException("Every node is given an output: nothing is left to test.")
            : new JsonObject
            {
                ["template"] = new JsonObject
                {
                    ["nodes"] = JsonSerializer.SerializeToNode(file.Nodes),
                    ["edges"] = file.Edges.ValueKind == JsonValueKind.Array ? JsonSerializer.SerializeToNode(file.Edges) : new JsonArray(),
                    ["default_params"] = Member(workflow, "default_params") is { ValueKind: JsonValueKind.Object } defaults
                        ? JsonSerializer.SerializeToNode(defaults)
                        : null,
                },
                ["params"] = JsonSerializer.SerializeToNode(test.Params),
                ["outputs"] = JsonSerializer.SerializeToNode(test.Outputs),
                ["branches"] = JsonSerializer.SerializeToNode(test.Branches),
                ["only"] = JsonSerializer.SerializeToNode(only),
                ["reason"] = "Test of a workflow",
            };
    }

    private static JsonElement Member(JsonElement workflow, string name) => workflow.TryGetProperty(name, out var value) ? value : default;

    private static List<string> Compare(ExpectedRun expected, JsonElement execution)
    {
        var differences = new List<string>();
        if (execution.GetProperty("status").GetString() is not "completed" and var status)
            differences.Add($"The run {status}: {execution.GetProperty("error_message").GetString()}");
        var jobs = execution.GetProperty("jobs").EnumerateArray()
            .ToLookup(job => job.GetProperty("node_id").GetString()!, StringComparer.Ordinal);
        foreach (var (node, output) in expected.Outputs)
            Compare(
                $"outputs.{node}", output, jobs[node].Select(job => (JsonElement?)job.GetProperty("output")).FirstOrDefault(), differences);
        foreach (var (node, branch) in expected.Branches)
        {
            var taken = jobs[node].Select(job => job.GetProperty("branch").GetString()).FirstOrDefault();
            if (taken != branch)
                differences.Add($"branches.{node}: expected {branch}, got {taken ?? "none"}");
        }

        return differences;
    }

    private static void Compare(string path, JsonElement expected, JsonElement? given, List<string> differences)
    {
        if (differences.Count >= MaxDifferences || (given is { } same && JsonElement.DeepEquals(expected, same)))
            return;
        switch (expected.ValueKind, given?.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                var names = expected.EnumerateObject().Select(member => member.Name)
                    .Union(given!.Value.EnumerateObject().Select(member => member.Name));
                foreach (var name in names)
                    Compare($"{path}.{name}", Find(expected, name), Find(given.Value, name), differences);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when expected.GetArrayLength() == given!.Value.GetArrayLength():
                for (var i = 0; i < expected.GetArrayLength(); i++)
                    Compare($"{path}[{i}]", expected[i], given.Value[i], differences);
                break;
            default:
                differences.Add($"{path}: expected {Text(expected)}, got {Text(given)}");
                break;
        }

        static JsonElement Find(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member : default;
        static string Text(JsonElement? value) => value is { ValueKind: not JsonValueKind.Undefined } there
            ? TextCut.To(there.GetRawText(), 200)
            : "nothing";
    }

    private static async Task ReportAsync(IReadOnlyList<TestResult> results)
    {
        // Lines for people and for grep: they are not broken at the width of a screen.
        var output = AnsiConsole.Profile.Out.Writer;
        foreach (var result in results)
        {
            await output.WriteLineAsync($"{(result.Differences.Count == 0 ? "ok    " : "FAILED")} {result.Name}");
            foreach (var difference in result.Differences)
                await output.WriteLineAsync($"       {difference}");
        }

        await output.WriteLineAsync($"{results.Count(result => result.Differences.Count == 0)} passed, "
            + $"{results.Count(result => result.Differences.Count > 0)} failed");
    }

    private static XElement ToJUnit(IReadOnlyList<TestResult> results) => new(
        "testsuite",
        new XAttribute("name", "workflows"),
        new XAttribute("tests", results.Count),
        new XAttribute("failures", results.Count(result => result.Differences.Count > 0)),
        results.Select(result => new XElement(
            "testcase",
            new XAttribute("name", result.Name),
            new XAttribute("time", result.Duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
            result.Differences.Count == 0
                ? null
                : new XElement("failure", new XAttribute("message", result.Differences[0]), string.Join('\n', result.Differences)))));

    private sealed record TestResult(string Name, IReadOnlyList<string> Differences, TimeSpan Duration);
}
