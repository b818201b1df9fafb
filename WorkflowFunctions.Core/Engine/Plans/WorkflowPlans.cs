using Microsoft.Extensions.Caching.Memory;
using WorkflowFunctions.Nodes;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>Plans of template versions. A version never changes, so a plan is made once and kept while there is room.</summary>
internal sealed class WorkflowPlans(TemplateVersions templates, NodeCatalog catalog) : IDisposable
{
    /// <summary>How many nodes all plans that are kept may have together.</summary>
    private const int MaxNodes = 200_000;

    private readonly MemoryCache _plans = new(new MemoryCacheOptions { SizeLimit = MaxNodes });

    /// <summary>The plan of a version, or what is wrong with it.</summary>
    /// <exception cref="InvalidOperationException">The version is not stored.</exception>
    public async Task<(WorkflowPlan? Plan, IReadOnlyList<Problem> Problems)> GetAsync(string version, CancellationToken cancellationToken)
    {
        if (_plans.TryGetValue(version, out WorkflowPlan? kept))
            return (kept, []);
        var graph = await templates.FindGraphAsync(version, cancellationToken)
            ?? throw new InvalidOperationException($"The template version {version} is not in workflow_template_versions.");
        var made = WorkflowPlan.Make(version, new WorkflowFile(graph.NodesJson, graph.EdgesJson), catalog);
        if (made.Plan is not null)
            _plans.Set(version, made.Plan, new MemoryCacheEntryOptions { Size = made.Plan.Graph.Nodes.Count });
        return made;
    }

    /// <inheritdoc/>
    public void Dispose() => _plans.Dispose();
}
