using System.Text.Json;
using WorkflowFunctions.Engine.Commit;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Steps;

/// <summary>A pure node that has run and is not recorded yet.</summary>
/// <param name="Job">What is to be recorded.</param>
/// <param name="Output">Its output.</param>
internal sealed record ComputedNode(JobWrite Job, JsonElement Output)
{
    /// <summary>Whether an edge that leaves the node is live.</summary>
    public bool MakesLive(string? edgeBranch) => Settlement.Completed(0, Job.Branch).MakesLive(edgeBranch);
}
