using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Executions;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Api.Targets;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Batches;

/// <summary>Accepts batches: checks what is to be started as a start would, and then every row, before anything is kept.</summary>
internal sealed class BatchStart(TargetCheck targets, TemplateVersions templates, WorkflowPlans plans, BatchStore batches)
{
    private const int PreviewRows = 10;

    /// <summary>
    /// Keeps the batch that a request sends; an idempotency key that was used before in the workspace gives the batch of that time.
    /// </summary>
    /// <returns>Its id.</returns>
    public async Task<string> AcceptAsync(
        BatchQuery query, HttpRequest request, Caller caller, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = ExecutionStart.CheckedKey(idempotencyKey);
        var (batch, @params) = await PrepareAsync(query, caller, cancellationToken);
        return key is not null && await batches.FindByKeyAsync(batch.WorkspaceId, key, cancellationToken) is { } former
            ? former
            : await batches.CreateAsync(batch with { IdempotencyKey = key }, new BatchUpload(request, @params), cancellationToken);
    }

    /// <summary>Reads what a request sends, and keeps nothing of it.</summary>
    public async Task<BatchPreview> PreviewAsync(BatchQuery query, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (_, @params) = await PrepareAsync(query, caller, cancellationToken);
        var upload = new BatchUpload(request, @params);
        var problems = new UploadProblems();
        var (total, first) = (0, new List<PreviewRow>());
        await foreach (var row in upload.ReadAsync(cancellationToken))
        {
            problems.Add(row.Problems);
            total = row.Number;
            if (first.Count < PreviewRows)
                first.Add(new PreviewRow(row.Number, row.Line, row.Params, row.Problems.Count == 0));
        }

        return new BatchPreview(total, upload.Columns, first, problems.Count, problems.First);
    }

    private async Task<(NewBatch Batch, BatchParams Params)> PrepareAsync(
        BatchQuery query, Caller caller, CancellationToken cancellationToken)
    {
        if (query.MaxParallel is < 1 or > BatchQuery.MostParallel)
            throw ApiException.BadParameter(
                "max_parallel", query.MaxParallel.Value.ToString(CultureInfo.InvariantCulture),
                $"a whole number from 1 to {BatchQuery.MostParallel}");
        if (query.MaxCostUsd < 0)
            throw ApiException.BadParameter(
                "max_cost_usd", query.MaxCostUsd.Value.ToString(CultureInfo.InvariantCulture), "an amount in US dollars");
        var map = BatchParams.ReadMap(query.Map);
        JsonElement? config = query.Config is null ? null : StrictJson.Parse(Encoding.UTF8.GetBytes(query.Config));
        if (config is { ValueKind: not JsonValueKind.Object })
            throw ApiException.BadParameter("config", query.Config, "an object in JSON");
        var (target, problems) = await targets.CheckAsync(
            JsonSerializer.SerializeToElement(new JsonObject
            {
                ["template_id"] = query.TemplateId,
                ["workspace_id"] = query.WorkspaceId,
                ["project_id"] = query.ProjectId,
                ["user_id"] = query.UserId,
                ["config"] = config is { } given ? JsonObject.Create(given) : null,
            }),
            caller,
            cancellationToken);
        if (string.IsNullOrEmpty(query.TemplateId))
            problems =
            [
                new Problem("/template_id", "The query names no template.", "the id of a template; GET /api/templates lists them"),
                .. problems,
            ];
        if (problems.Count > 0)
            throw ApiException.Invalid(problems);

        var start = new StartRequest
        {
            TemplateId = query.TemplateId!,
            Config = config?.EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value),
        };
        var template = (await templates.FindVersionAsync(start.TemplateId, StartConfig.Version(start), cancellationToken))!;
        if ((await plans.GetAsync(template.Version, cancellationToken)).Problems is { Count: > 0 } broken)
            throw ApiException.Invalid(broken);
        var made = StartConfig.Make(start, template.DefaultParams);
        var batch = new NewBatch
        {
            Id = Ids.New("batch"),
            TemplateId = start.TemplateId,
            TemplateVersion = template.Version,
            WorkspaceId = target.WorkspaceId,
            ProjectId = target.ProjectId,
            UserId = target.UserId,
            Name = query.Name,
            Config = made,
            MaxParallel = query.MaxParallel ?? BatchQuery.DefaultParallel,
            MaxCostUsd = query.MaxCostUsd,
            CreatedBy = caller.Name,
        };
        return (batch, new BatchParams(JsonElement.Parse(made).GetProperty("params"), map));
    }
}

/// <summary>What a batch is to be; its rows are the body.</summary>
internal sealed record BatchQuery
{
    /// <summary>How many rows run at once unless said otherwise.</summary>
    public const int DefaultParallel = 10;

    /// <summary>How many may.</summary>
    public const int MostParallel = 1_000;

    [FromQuery(Name = "template_id"), Description("The template to run"), Required]
    public string? TemplateId { get; init; }

    [FromQuery(Name = "map"), Description("Which column is which param, as `column:param`, once for each; other columns are left out. "
        + "Unless given, each column is the param of its name")]
    public string[]? Map { get; init; }

    [FromQuery(Name = "max_parallel"), Description("How many rows may run at once"), DefaultValue(DefaultParallel)]
    public int? MaxParallel { get; init; }

    [FromQuery(Name = "max_cost_usd")]
    [Description("Once all rows together have cost as much, in US dollars, the batch pauses; those that run go on")]
    public decimal? MaxCostUsd { get; init; }

    [FromQuery(Name = "name"), Description("What people read, for example the name of the file")]
    public string? Name { get; init; }

    [FromQuery(Name = "config"), Description("The settings of each execution, as an object in JSON")]
    public string? Config { get; init; }

    [FromQuery(Name = "workspace_id"), Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    [FromQuery(Name = "project_id"), Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    [FromQuery(Name = "user_id"), Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}

/// <summary>What a batch would be.</summary>
/// <param name="RowsTotal">How many rows there are.</param>
/// <param name="Columns">Its columns, each with the param that it gives.</param>
/// <param name="Rows">The first rows.</param>
/// <param name="ErrorCount">How many things are wrong with all rows.</param>
/// <param name="Errors">The first of them, each with its line.</param>
internal sealed record BatchPreview(
    int RowsTotal, IReadOnlyList<BatchColumn> Columns, IReadOnlyList<PreviewRow> Rows, int ErrorCount, IReadOnlyList<Problem> Errors);

/// <summary>A row as its execution would get it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Line">The line that it begins in; null where there are no lines.</param>
/// <param name="Params">The params that it gives, besides the defaults.</param>
/// <param name="IsValid">Whether nothing is wrong with it.</param>
internal sealed record PreviewRow(int Number, int? Line, JsonObject Params, bool IsValid);
