using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>Reads and writes <c>workflow_templates</c>.</summary>
internal sealed class TemplateStore(RecordConnections database)
{
    /// <summary>Saves a new template.</summary>
    /// <exception cref="PostgresException">Foreign key violation: the workspace or the user does not exist.</exception>
    public Task<TemplateRow> CreateAsync(TemplateRow template, CancellationToken cancellationToken) =>
        database.QuerySingleAsync<TemplateRow>("templates.create", Parameters(template), cancellationToken);

    /// <summary>Finds a template; null if there is none.</summary>
    public Task<TemplateRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateRow>("templates.find", new { id }, cancellationToken);

    /// <summary>Lists templates, newest first, without their graphs and default params.</summary>
    /// <param name="workspaceId">Only those of this workspace and those that all may use; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="category">Only those of this category; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<TemplateRow>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? category, int limit, PageCursor? after, CancellationToken cancellationToken) =>
        database.QueryAsync<TemplateRow>(
            "templates.list",
            new { workspace_id = workspaceId, workspaces = workspaces?.ToArray(), category, limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken);

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
        return await connection.QuerySingleOrDefaultAsync<TemplateRow>("templates.replace", parameters, cancellationToken);
    }

    /// <summary>Deletes a template.</summary>
    /// <exception cref="PostgresException">Foreign key violation: it has executions.</exception>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await database.ExecuteAsync("templates.delete", new { id }, cancellationToken) > 0;

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
        on_failure = template.OnFailure,
        created_by = template.CreatedBy,
    });
}

/// <summary>A template in a list: its row without the graph.</summary>
internal sealed record TemplateSummary
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace it belongs to; null for one that all may use.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>What people read.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Where a gallery shows it.</summary>
    public string? Category { get; init; }

    /// <summary>Whether it came with the system.</summary>
    public bool IsSystem { get; init; }

    /// <summary>How many executions have begun.</summary>
    public int UsageCount { get; init; }

    /// <summary>The user who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    internal static TemplateSummary Of(TemplateRow row) => new()
    {
        Id = row.Id,
        WorkspaceId = row.WorkspaceId,
        Name = row.Name,
        Description = row.Description,
        Category = row.Category,
        IsSystem = row.IsSystem,
        UsageCount = row.UsageCount,
        CreatedBy = row.CreatedBy,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
    };
}
