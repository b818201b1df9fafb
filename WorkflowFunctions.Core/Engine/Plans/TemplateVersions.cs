using System.Text.Json;
using Dapper;
using WorkflowFunctions.Database;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Engine.Plans;

/// <summary>Reads <c>workflow_template_versions</c>: what an execution runs. A version is the hash of a graph, and never changes.</summary>
internal sealed class TemplateVersions(RecordConnections database)
{
    /// <summary>
    /// The version of a template that runs, and its default params; null if there is no such template, or it has no such version.
    /// </summary>
    /// <param name="templateId">The template.</param>
    /// <param name="version">The version to run; null for the published one, or the template as it is saved.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<TemplateVersion?> FindVersionAsync(string templateId, string? version, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateVersion>(
            "template_versions.find", new { template_id = templateId, version }, cancellationToken);

    /// <summary>Stores a graph, of no template yet, as a version.</summary>
    /// <returns>Its version.</returns>
    public Task<string> StoreAsync(WorkflowFile file, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<string>(
            "template_versions.store",
            new
            {
                nodes_json = file.Nodes.GetRawText(),
                edges_json = file.Edges.ValueKind == JsonValueKind.Array ? file.Edges.GetRawText() : "[]",
            },
            cancellationToken);

    /// <summary>The graph of a version; null if it is not stored.</summary>
    public async Task<TemplateGraph?> FindGraphAsync(string version, CancellationToken cancellationToken)
    {
        // The id is the hash of the graph: a caller who knows it has been shown the template, or an execution of it.
        await using var connection = await database.OpenUnconfinedAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TemplateGraph>("template_versions.graph", new { version }, cancellationToken);
    }
}

/// <summary>A template as an execution takes it.</summary>
internal sealed record TemplateVersion
{
    /// <summary>The hash of its graph: a row of <c>workflow_template_versions</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The params that it gives.</summary>
    public JsonElement? DefaultParams { get; init; }

    /// <summary>The workspace that it belongs to.</summary>
    public string? WorkspaceId { get; init; }
}

/// <summary>The graph of a template.</summary>
internal sealed record TemplateGraph
{
    /// <summary>React Flow's nodes.</summary>
    public JsonElement NodesJson { get; init; }

    /// <summary>React Flow's edges.</summary>
    public JsonElement EdgesJson { get; init; }
}
