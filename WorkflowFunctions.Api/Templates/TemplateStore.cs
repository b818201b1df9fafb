using System.Text.Json;
using Dapper;
using Npgsql;
using WorkflowFunctions.Database;
using WorkflowFunctions.Engine.Record;

namespace WorkflowFunctions.Api.Templates;

/// <summary>Reads and writes <c>workflow_templates</c>.</summary>
internal sealed class TemplateStore(RecordConnections database)
{
    /// <summary>Saves a new template, as its first version.</summary>
    /// <exception cref="PostgresException">Foreign key violation: the workspace or the user does not exist.</exception>
    public async Task<TemplateRow> CreateAsync(TemplateRow template, Save save, CancellationToken cancellationToken) =>
        (await SaveAsync("templates.create", Parameters(template), template.Id, save, cancellationToken))!;

    /// <summary>Finds a template; null if there is none.</summary>
    public Task<TemplateRow?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateRow>("templates.find", new { id }, cancellationToken);

    /// <summary>Lists templates, newest first, without their graphs and default params.</summary>
    /// <param name="workspaceId">Only those of this workspace and those that all may use; null for all.</param>
    /// <param name="workspaces">The workspaces that the reader is confined to; null for none.</param>
    /// <param name="category">Only those of this category; null for all.</param>
    /// <param name="archived">Only those that are archived, or that are not; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<IReadOnlyList<TemplateSummary>> ListAsync(
        string? workspaceId, IReadOnlyList<string>? workspaces, string? category, bool? archived, int limit, PageCursor? after,
        CancellationToken cancellationToken) =>
        database.QueryAsync<TemplateSummary>(
            "templates.list",
            new
            {
                workspace_id = workspaceId,
                workspaces = workspaces?.ToArray(),
                category,
                archived,
                limit,
                after_time = after?.CreatedAt?.UtcDateTime,
                after_id = after?.Id,
            },
            cancellationToken);

    /// <summary>Archives a template, or takes it back into the library.</summary>
    /// <returns>The row; null if there is none.</returns>
    public Task<TemplateRow?> ArchiveAsync(string id, bool archived, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateRow>("templates.archive", new { id, archived }, cancellationToken);

    /// <summary>Replaces a template, if it is still the one that the author has seen.</summary>
    /// <param name="template">The template as it is to be.</param>
    /// <param name="ifUnchangedSince">
    /// Its <c>updated_at</c>, or <c>created_at</c>, when it was read; null to replace it in any case.
    /// </param>
    /// <param name="save">Who saves it, and why.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is none or it has changed.</returns>
    public Task<TemplateRow?> ReplaceAsync(
        TemplateRow template, DateTimeOffset? ifUnchangedSince, Save save, CancellationToken cancellationToken)
    {
        var parameters = Parameters(template);
        parameters.Add("unchanged_since", ifUnchangedSince?.UtcDateTime, System.Data.DbType.DateTime);
        return SaveAsync("templates.replace", parameters, template.Id, save, cancellationToken);
    }

    private async Task<TemplateRow?> SaveAsync(
        string statement, DynamicParameters parameters, string id, Save save, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<TemplateRow>(statement, parameters, cancellationToken, transaction);
        if (row is null)
            return null;
        await KeepAsync(connection, id, save, cancellationToken, transaction);
        await transaction.CommitAsync(cancellationToken);
        return row;
    }

    /// <summary>Notes a save; without one, what another program may have saved meanwhile.</summary>
    private static Task KeepAsync(
        NpgsqlConnection connection, string id, Save? save, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
        connection.ExecuteAsync(
            "templates.keep",
            new { id, save_id = Ids.New("save"), saved_by = save?.By, message = save?.Message },
            cancellationToken, transaction);

    /// <summary>Lists the saves of a template, newest first.</summary>
    public async Task<IReadOnlyList<TemplateSave>> ListSavesAsync(
        string id, int limit, PageCursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await KeepAsync(connection, id, save: null, cancellationToken);
        return await connection.QueryAsync<TemplateSave>(
            "templates.saves",
            new { id, limit, after_time = after?.CreatedAt?.UtcDateTime, after_id = after?.Id },
            cancellationToken);
    }

    /// <summary>A version of a template that was saved; null if it has none such.</summary>
    public Task<SavedVersion?> FindVersionAsync(string id, string version, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<SavedVersion>("templates.saved_version", new { id, version }, cancellationToken);

    /// <summary>Publishes a version of a template.</summary>
    /// <param name="id">The template.</param>
    /// <param name="version">The version; null for what was saved last.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is no such template, or it has no such version.</returns>
    public async Task<TemplateRow?> PublishAsync(string id, string? version, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await KeepAsync(connection, id, save: null, cancellationToken);
        version ??= await connection.QuerySingleOrDefaultAsync<string>("templates.latest_save", new { id }, cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TemplateRow>("templates.publish", new { id, version }, cancellationToken);
    }

    /// <summary>Lets the template run as it is saved again.</summary>
    /// <returns>The row; null if there is no such template.</returns>
    public Task<TemplateRow?> UnpublishAsync(string id, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateRow>("templates.publish", new { id, version = (string?)null }, cancellationToken);

    /// <summary>Pins an output to a node.</summary>
    /// <param name="id">The template.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="output">The output, as JSON; null to unpin it.</param>
    /// <param name="branch">The branch that the node took; null for one that has none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The row; null if there is no such template.</returns>
    public Task<TemplateRow?> PinAsync(string id, string nodeId, string? output, string? branch, CancellationToken cancellationToken) =>
        database.QuerySingleOrDefaultAsync<TemplateRow>("templates.pin", new { id, node_id = nodeId, output, branch }, cancellationToken);

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

/// <summary>Who saves a template, and why.</summary>
/// <param name="By">The caller.</param>
/// <param name="Message">Why; null if nothing is said of it.</param>
internal sealed record Save(string By, string? Message);

/// <summary>A save of a template: a row of <c>workflow_template_saves</c>.</summary>
internal sealed record TemplateSave
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The version: the hash of the graph, the same for the same graph.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the template then.</summary>
    public required string Name { get; init; }

    /// <summary>Who saved it; null for another program.</summary>
    public string? SavedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Message { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Whether it is the published version.</summary>
    public bool IsPublished { get; init; }

    /// <summary>How many executions of the template have run it.</summary>
    public long Executions { get; init; }
}

/// <summary>A version of a template.</summary>
internal sealed record SavedVersion
{
    /// <summary>The hash of the graph.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the template then.</summary>
    public required string Name { get; init; }

    /// <summary>React Flow's nodes.</summary>
    public JsonElement NodesJson { get; init; }

    /// <summary>React Flow's edges.</summary>
    public JsonElement EdgesJson { get; init; }

    /// <summary>The params that an execution has unless it is given others.</summary>
    public JsonElement? DefaultParamsJson { get; init; }
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

    /// <summary>The version that runs where nobody names another one; null for what was saved last.</summary>
    public string? PublishedVersion { get; init; }

    /// <summary>When it was archived; null for one that the library shows.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>What became of its last execution, one of <see cref="ExecutionStatus"/>; null if there is none.</summary>
    public string? LastStatus { get; init; }

    /// <summary>When that was accepted.</summary>
    public DateTimeOffset? LastRunAt { get; init; }
}
