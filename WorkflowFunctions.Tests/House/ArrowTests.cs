using System.Reflection;
using NetArchTest.Rules;
using WorkflowFunctions.Api;

namespace WorkflowFunctions.Tests.House;

/// <summary>Which folder may know which (docs/architecture.md). References between projects hold the rest.</summary>
public class ArrowTests
{
    private static readonly Assembly s_core = typeof(WorkflowServices).Assembly;
    private static readonly Assembly s_api = typeof(WorkflowApi).Assembly;

    /// <summary>The features that others may build on, each with those that do. Http and Access are everybody's.</summary>
    private static readonly Dictionary<string, string[]> s_usedBy = new(StringComparer.Ordinal)
    {
        ["Executions"] =
        [
            "Batches", "Checkpoints", "Documents", "Events", "Hooks", "Jobs", "Outbox", "Schedules", "Signals", "Targets", "Tasks",
            "Templates", "Workers",
        ],
        ["Checkpoints"] = ["Executions"],
        ["Tasks"] = ["Signals"],
        ["Targets"] = ["Batches", "Hooks", "Schedules"],
        ["Keys"] = ["Access"],
        ["Recurring"] = ["Analytics", "Batches", "Outbox", "Partitions", "Retention", "Schedules", "Http"],
        ["Retention"] = ["Http"],
        ["Documents"] = ["Tasks"],
    };

    /// <summary>The rules of the engine: a folder, and what it must not know.</summary>
    public static TheoryData<string, string[]> CoreRules() =>
        new()
        {
            {
                "Workflows",
                [
                    "WorkflowFunctions.Nodes", "WorkflowFunctions.Engine", "WorkflowFunctions.Database", "WorkflowFunctions.Telemetry",
                    "Npgsql", "Dapper",
                ]
            },
            { "Nodes", ["WorkflowFunctions.Engine", "WorkflowFunctions.Database", "Npgsql", "Dapper"] },
            {
                "Telemetry",
                [
                    "WorkflowFunctions.Workflows", "WorkflowFunctions.Nodes", "WorkflowFunctions.Engine", "WorkflowFunctions.Database",
                    "Npgsql",
                ]
            },
            { "Database", ["WorkflowFunctions.Workflows", "WorkflowFunctions.Nodes", "WorkflowFunctions.Engine"] },
            {
                "Engine.Orchestration",
                [
                    "WorkflowFunctions.Nodes", "WorkflowFunctions.Database", "WorkflowFunctions.Telemetry",
                    "WorkflowFunctions.Engine.Commit", "WorkflowFunctions.Engine.Limits", "WorkflowFunctions.Engine.Plans",
                    "WorkflowFunctions.Engine.Record", "WorkflowFunctions.Engine.Steps", "Npgsql", "Dapper", "System.IO", "System.Net",
                    "Microsoft.Extensions",
                ]
            },
            { "Engine.Commit", ["WorkflowFunctions.Engine.Steps", "WorkflowFunctions.Engine.Limits"] },
            { "Engine.Record", ["WorkflowFunctions.Engine.Steps", "WorkflowFunctions.Engine.Plans", "WorkflowFunctions.Nodes"] },
            { "Engine.Plans", ["WorkflowFunctions.Engine.Steps", "WorkflowFunctions.Engine.Commit"] },
            { "Engine", ["Microsoft.AspNetCore", "Microsoft.DurableTask", "Azure"] },
        };

    [Theory]
    [MemberData(nameof(CoreRules))]
    public void A_folder_of_the_engine_knows_only_what_lies_below_it(string folder, string[] forbidden)
    {
        var inside = Types.InAssembly(s_core).That().ResideInNamespace($"WorkflowFunctions.{folder}");
        Assert.NotEmpty(inside.GetTypes());

        var result = inside.ShouldNot().HaveDependencyOnAny(forbidden).GetResult();

        Assert.True(result.IsSuccessful, Describe(result));
    }

    [Fact]
    public void A_feature_does_not_reach_into_another_one()
    {
        var features = Types.InAssembly(s_api).GetTypes().Select(type => Feature(type.FullName!)).Where(feature => feature is not null)
            .Distinct().ToList();
        Assert.Contains("Schedules", features);
        foreach (var feature in features.Except(["Http", "Access"]))
        {
            var others = features.Except([feature]).Except(s_usedBy.GetValueOrDefault(feature!, []))
                .Select(other => $"WorkflowFunctions.Api.{other}");
            foreach (var other in others)
            {
                var result = Types.InAssembly(s_api).That().ResideInNamespace(other)
                    .ShouldNot().HaveDependencyOnAny($"WorkflowFunctions.Api.{feature}").GetResult();

                Assert.True(result.IsSuccessful, $"{other} knows {feature}: {Describe(result)}");
            }
        }
    }

    private static string? Feature(string type) =>
        type.Split('.') is ["WorkflowFunctions", "Api", var feature, _, ..] ? feature : null;

    private static string Describe(NetArchTest.Rules.TestResult result) =>
        string.Join(", ", result.FailingTypes?.Select(type => $"{type.FullName} ({type.Explanation})") ?? []);
}
