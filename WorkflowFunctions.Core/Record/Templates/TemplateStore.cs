using System.Text.Json;
using Dapper;
using Npgsql;

namespace WorkflowFunctions.Record.Templates;

/// <summary>Reads and writes <c>workflow_templates</c> and their versions.</summary>
public sealed class TemplateStore(RecordConnections database)
{
    /// <summary>Saves a new template.</summary>
    /// <exception cref="PostgresException">Foreign key violation: the workspace or the user does not exist.</exception>
    public async Task<TemplateRow> CreateAsync(TemplateRow template, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<TemplateRow>(new CommandDefinition(
            Sql.Read("Templates.create"), Parameters(template), cancellationToken: cancellationToken));
    }

    /// <summary>Finds a template; null if there is none.</summary>
    public async Task<TemplateRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TemplateRow>(new CommandDefinition(
            Sql.Read("Templates.find"), new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>Lists templates, newest first, without their graphs and default params.</summary>
    /// <param name="workspaceId">Only those of this workspace and those that all may use; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="category">Only those of this category; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<TemplateRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? category, int limit, PageCursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<TemplateRow>(new CommandDefinition(
            Sql.Read("Templates.list"),
            new { workspace_id = workspaceId, workspaces = workspaces?.ToArray(), category, limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken: cancellationToken))];
    }

    /// <summary>Replaces a template, if it is still the one that the author has seen.</summary>
    /// <param name="template">The template as it is to be.</param>
    /// <param name="ifUnchangedSince">Its <c>updated_at</c>, or <c>created_at</c>, when it was read; null to replace it in any case.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is none or it has changed.</returns>
    public async Task<TemplateRow?> ReplaceAsync(TemplateRow template, DateTimeOffset? ifUnchangedSince, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = Parameters(template);
        parameters.Add("unchanged_since", ifUnchangedSince?.UtcDateTime, System.Data.DbType.DateTime);
        return await connection.QuerySingleOrDefaultAsync<TemplateRow>(new CommandDefinition(
            Sql.Read("Templates.replace"), parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes a template.</summary>
    /// <exception cref="PostgresException">Foreign key violation: it has executions.</exception>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            Sql.Read("Templates.delete"), new { id }, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>The version of a template as it is now, and its default params; null if there is no such template.</summary>
    public async Task<TemplateVersion?> FindVersionAsync(string templateId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TemplateVersion>(new CommandDefinition(
            Sql.Read("Templates.find_version"), new { template_id = templateId }, cancellationToken: cancellationToken));
    }

    /// <summary>The graph of a version; null if it is not stored.</summary>
    public async Task<TemplateGraph?> FindGraphAsync(string version, CancellationToken cancellationToken)
    {
        // The id is the hash of the graph: whoever knows it has been shown the template, or an execution of it.
        await using var connection = await database.OpenUnconfinedAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TemplateGraph>(new CommandDefinition(
            Sql.Read("Templates.find_graph"), new { version }, cancellationToken: cancellationToken));
    }

    private static DynamicParameters Parameters(TemplateRow template) => new(new
    {
        id = template.Id,
        workspace_id = template.WorkspaceId,
        name = template.Name,
        description = template.Description,
        category = template.Category,
        nodes_json = template.NodesJson.GetRawText(),
        edges_json = template.EdgesJson.GetRawText(),
        default_params_json = template.DefaultParamsJson?.GetRawText(),
        created_by = template.CreatedBy,
    });
}

/// <summary>A template as an execution takes it.</summary>
public sealed record TemplateVersion
{
    /// <summary>The hash of its graph: a row of <c>workflow_template_versions</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The params that it gives.</summary>
    public JsonElement? DefaultParams { get; init; }

    /// <summary>The workspace that it belongs to.</summary>
    public string? WorkspaceId { get; init; }
}

/// <summary>The graph of a template.</summary>
public sealed record TemplateGraph
{
    /// <summary>React Flow's nodes.</summary>
    public JsonElement NodesJson { get; init; }

    /// <summary>React Flow's edges.</summary>
    public JsonElement EdgesJson { get; init; }
}
