using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>
/// A test of a workflow: what its nodes with effects gave, and what those that only compute are to make of it (docs/testing.md).
/// </summary>
internal sealed record WorkflowTest
{
    /// <summary>The file of the workflow, relative to that of the test.</summary>
    public required string Workflow { get; init; }

    /// <summary>The params of the run.</summary>
    public JsonElement? Params { get; init; }

    /// <summary>The outputs of the nodes that have effects, by node id: they do not run.</summary>
    public IReadOnlyDictionary<string, JsonElement> Outputs { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The branches that they took.</summary>
    public IReadOnlyDictionary<string, string> Branches { get; init; } = new Dictionary<string, string>();

    /// <summary>The nodes that no branch led to, as far as they have effects: nothing is known of what they would give.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>What is to come of it.</summary>
    public required ExpectedRun Expected { get; init; }
}

/// <summary>What a test expects.</summary>
internal sealed record ExpectedRun
{
    /// <summary>Outputs by node id.</summary>
    public IReadOnlyDictionary<string, JsonElement> Outputs { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The branches that nodes take, by node id.</summary>
    public IReadOnlyDictionary<string, string> Branches { get; init; } = new Dictionary<string, string>();
}

/// <summary>Makes tests of executions.</summary>
internal sealed class WorkflowTests(ExecutionReader executions, JobStore jobs, TemplateStore templates, WorkflowPlans plans)
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/executions/{id}/test",
                (string id, WorkflowTests tests, CancellationToken cancellationToken) => tests.OfAsync(id, cancellationToken))
            .WithName("execution_test")
            .WithTags("Executions")
            .For(AccessScope.Read, AccessKind.Execution)
            .WithSummary("Read an execution as a test of its workflow")
            .WithDescription(
                "What its nodes with effects gave, and what came of it: a file for the command test. Of one that has completed.")
            .Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private async Task<WorkflowTest> OfAsync(string id, CancellationToken cancellationToken)
    {
        var row = await executions.FindAsync(id, cancellationToken);
        var templateName = (await templates.FindAsync(row.TemplateId, cancellationToken))?.Name ?? row.TemplateId;
        if (row is not { Status: ExecutionStatus.Completed, TemplateVersion: { } version }
            || (await plans.GetAsync(version, cancellationToken)).Plan is not { } plan)
        {
            throw new ApiException(
                ApiProblem.Of(
                    StatusCodes.Status409Conflict,
                    $"The execution '{row.Id}' is {row.Status}. A test can be made of one that has completed.") with
                {
                    ExecutionStatus = row.Status,
                });
        }

        var byNode = (await jobs.ListAsync(row.Id, cancellationToken))
            .Where(job => job.OutputDataJson is not null)
            .GroupBy(job => job.NodeId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MaxBy(job => job.CompletedAt)!, StringComparer.Ordinal);
        var nodes = plan.Graph.Root.Nodes.Select(node => plan[node.Id]).ToLookup(plan.OnlyComputes);
        var given = Of(nodes[false]);
        var computed = Of(nodes[true]);
        var ends = plan.Graph.Root.Ends.ToHashSet(StringComparer.Ordinal);
        return new WorkflowTest
        {
            Workflow = $"../{Slug(templateName)}.json",
            Params = ExecutionConfig.Read(row.ConfigJson).Params,
            Outputs = given.ToDictionary(job => job.NodeId, job => job.OutputDataJson!.Value),
            Branches = BranchesOf(given),
            Skipped = [.. nodes[false].Select(node => node.Node.Id).Where(id => !byNode.ContainsKey(id))],
            Expected = new ExpectedRun
            {
                Outputs = (computed.Any(job => ends.Contains(job.NodeId)) ? computed.Where(job => ends.Contains(job.NodeId)) : computed)
                    .ToDictionary(job => job.NodeId, job => job.OutputDataJson!.Value),
                Branches = BranchesOf(computed),
            },
        };

        List<JobRow> Of(IEnumerable<NodePlan> some) => [.. some.Select(node => byNode.GetValueOrDefault(node.Node.Id)).OfType<JobRow>()];
    }

    private static Dictionary<string, string> BranchesOf(IEnumerable<JobRow> rows) =>
        rows.Where(job => job.Branch is not null).ToDictionary(job => job.NodeId, job => job.Branch!);

    private static string Slug(string name) =>
        string.Join(
            '-',
            new string([.. name.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')]).Split(
                ' ', StringSplitOptions.RemoveEmptyEntries));
}
