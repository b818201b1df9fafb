using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using WorkflowFunctions.Api.Access;
using WorkflowFunctions.Api.Http;
using WorkflowFunctions.Engine.Plans;
using WorkflowFunctions.Engine.Record;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Api.Executions;

/// <summary>Accepts executions: checks everything, commits the row, then tells the engine.</summary>
internal sealed class ExecutionStart(TemplateVersions templates, WorkflowPlans plans, ExecutionStore executions, EngineCalls engine)
{
    private const int MaxKeyLength = 255;

    /// <summary>Who has started what a failure starts; the outbox knows it by that (0081_outbox.sql).</summary>
    private const string OnFailure = "on_failure";

    /// <summary>Accepts an execution; an idempotency key that was used before in the workspace gives the execution of that time.</summary>
    public Task<ExecutionRow> AcceptAsync(StartRequest request, Caller caller, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(request, caller.HomeWorkspace, CheckedKey(idempotencyKey), caller.Name, isRefusable: true, cancellationToken);

    /// <summary>
    /// Accepts an execution that a hook asks for. Its keys are its own: whoever may call a hook learns nothing of other executions by
    /// guessing their keys. A template that cannot be run is not for them to mend: what they sent is kept, in an execution that fails and says why.
    /// </summary>
    public Task<ExecutionRow> AcceptFromHookAsync(StartRequest request, string hookId, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(request, DefaultIds.Workspace, CheckedKey(idempotencyKey) is { } key ? $"{hookId}:{key}" : null, hookId, isRefusable: false, cancellationToken);

    /// <summary>
    /// Accepts an execution that is started because another one failed. A template that cannot be run is in nobody's way: the execution fails and says why.
    /// </summary>
    public Task<ExecutionRow> AcceptFromFailureAsync(StartRequest request, string deliveryId, CancellationToken cancellationToken) =>
        AcceptAsync(request, DefaultIds.Workspace, $"on_failure:{deliveryId}", OnFailure, isRefusable: false, cancellationToken);

    private static string? CheckedKey(string? idempotencyKey) => idempotencyKey is { Length: 0 or > MaxKeyLength }
        ? throw ApiException.BadParameter("Idempotency-Key", idempotencyKey, $"1 to {MaxKeyLength} characters")
        : idempotencyKey;

    private async Task<ExecutionRow> AcceptAsync(
        StartRequest request, string homeWorkspace, string? idempotencyKey, string createdBy, bool isRefusable, CancellationToken cancellationToken)
    {
        var template = await templates.FindVersionAsync(request.TemplateId, cancellationToken);
        var workspaceId = request.WorkspaceId ?? template?.WorkspaceId ?? homeWorkspace;
        var former = idempotencyKey is null ? null : await executions.FindByKeyAsync(workspaceId, idempotencyKey, cancellationToken);
        var (row, isNew) = former is not null
            ? (former, false)
            : await InsertAsync(request, template ?? throw UnknownTemplate(request), workspaceId, idempotencyKey, createdBy, isRefusable, cancellationToken);
        if (isNew)
            await engine.StartAsync(row);
        else if (row.Status is ExecutionStatus.Pending)
            await engine.StartAsync(row.Id);
        return row;
    }

    private async Task<(ExecutionRow Row, bool IsNew)> InsertAsync(
        StartRequest request,
        TemplateVersion template,
        string workspaceId,
        string? idempotencyKey,
        string createdBy,
        bool isRefusable,
        CancellationToken cancellationToken)
    {
        var problems = isRefusable ? (await plans.GetAsync(template.Version, cancellationToken)).Problems : [];
        IReadOnlyList<Problem> all = [.. StartConfig.Check(request), .. problems];
        if (all.Count > 0)
            throw ApiException.Invalid(all);

        var execution = new NewExecution
        {
            Id = Ids.New("exec"),
            TemplateId = request.TemplateId,
            TemplateVersion = template.Version,
            WorkspaceId = workspaceId,
            ProjectId = request.ProjectId ?? DefaultIds.Project,
            UserId = request.UserId ?? DefaultIds.User,
            ConfigJson = StartConfig.Make(request, template.DefaultParams),
            IdempotencyKey = idempotencyKey,
            CreatedBy = createdBy,
        };
        return await DatabaseProblems.SaveAsync(
            () => executions.StartAsync(execution, cancellationToken),
            ("template_id", execution.TemplateId),
            ("workspace_id", execution.WorkspaceId),
            ("project_id", execution.ProjectId),
            ("user_id", execution.UserId));
    }

    private static ApiException UnknownTemplate(StartRequest request) => ApiException.Invalid(
        new Problem("/template_id", $"There is no template '{request.TemplateId}'.", "the id of a template; GET /api/templates lists them"));
}

/// <summary>Asks for an execution.</summary>
internal sealed record StartRequest
{
    [Description("The template to run"), MinLength(1)]
    public required string TemplateId { get; init; }

    [Description("Params; each one wins over the template's default of that name")]
    public IReadOnlyDictionary<string, JsonElement>? Params { get; init; }

    [Description("The settings of the execution: max_parallel_nodes and the like")]
    public IReadOnlyDictionary<string, JsonElement>? Config { get; init; }

    [Description("The workspace; the template's, or `default`, unless given")]
    public string? WorkspaceId { get; init; }

    [Description("The project; `default` unless given")]
    public string? ProjectId { get; init; }

    [Description("The user; `default` unless given")]
    public string? UserId { get; init; }
}

/// <summary>Makes <c>config_json</c> of a start (workflow format, "Settings of an execution").</summary>
internal static class StartConfig
{
    private const string Params = "params";

    /// <summary>Lists what is wrong with the config of a start; pointers are into its body.</summary>
    public static IEnumerable<Problem> Check(StartRequest request)
    {
        if (request.Config is not { } config)
            yield break;
        foreach (var problem in ExecutionConfig.Check(JsonSerializer.SerializeToElement(config)))
            yield return problem with { Pointer = "/config" + problem.Pointer };
        if (config.TryGetValue(Params, out var given) && given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            yield return new Problem("/config/params", "The params are not an object.", "an object");
    }

    /// <summary>The config, with the params of the start over the template's defaults.</summary>
    public static string Make(StartRequest request, JsonElement? defaultParams)
    {
        var config = JsonSerializer.SerializeToNode(request.Config) as JsonObject ?? [];
        JsonElement? inConfig = request.Config is { } settings && settings.TryGetValue(Params, out var given) ? given : null;
        config[Params] = ExecutionConfig.MergeParams(defaultParams, inConfig, JsonSerializer.SerializeToElement(request.Params));
        return config.ToJsonString();
    }
}
