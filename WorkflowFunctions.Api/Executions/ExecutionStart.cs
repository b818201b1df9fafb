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
internal sealed class ExecutionStart(
    TemplateVersions templates, WorkflowPlans plans, ExecutionStore executions, GivenStart givenStart, EngineCalls engine)
{
    private const int MaxKeyLength = 255;

    /// <summary>Who has started what a failure starts; the outbox knows it by that (0081_outbox.sql).</summary>
    private const string OnFailure = "on_failure";

    /// <summary>Accepts an execution; an idempotency key that was used before in the workspace gives the execution of that time.</summary>
    public Task<ExecutionRow> AcceptAsync(
        StartRequest request, Caller caller, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(request, new Starter(caller.Name, caller.HomeWorkspace, caller.Scope), CheckedKey(idempotencyKey), cancellationToken);

    /// <summary>
    /// Accepts an execution that a hook asks for. Its keys are its own: a caller of a hook learns nothing of other executions by
    /// guessing their keys. A template that cannot be run is not for them to mend: what they sent is kept, in an execution that fails and
    /// says why.
    /// </summary>
    public Task<ExecutionRow> AcceptFromHookAsync(
        StartRequest request, string hookId, string? idempotencyKey, CancellationToken cancellationToken) =>
        AcceptAsync(
            request,
            new Starter(hookId, DefaultIds.Workspace, AccessScope.Run) { MayBeBroken = true },
            CheckedKey(idempotencyKey) is { } key ? $"{hookId}:{key}" : null,
            cancellationToken);

    /// <summary>
    /// Accepts an execution that is started because another one failed. A template that cannot be run is in nobody's way: the execution
    /// fails and says why.
    /// </summary>
    public Task<ExecutionRow> AcceptFromFailureAsync(StartRequest request, string deliveryId, CancellationToken cancellationToken) =>
        AcceptAsync(
            request,
            new Starter(OnFailure, DefaultIds.Workspace, AccessScope.Run) { MayBeBroken = true },
            $"{OnFailure}:{deliveryId}",
            cancellationToken);

    /// <summary>An idempotency key that is short enough.</summary>
    /// <exception cref="ApiException">400: it is not.</exception>
    internal static string? CheckedKey(string? idempotencyKey) => idempotencyKey is { Length: 0 or > MaxKeyLength }
        ? throw ApiException.BadParameter("Idempotency-Key", idempotencyKey, $"1 to {MaxKeyLength} characters")
        : idempotencyKey;

    private async Task<ExecutionRow> AcceptAsync(
        StartRequest request, Starter starter, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var template = request.TemplateId is { } templateId
            ? await templates.FindVersionAsync(templateId, StartConfig.Version(request), cancellationToken)
            : null;
        var origin = request.FromExecution is { } id ? await executions.FindAsync(id, cancellationToken) : null;
        var workspaceId = request.WorkspaceId ?? origin?.WorkspaceId ?? template?.WorkspaceId ?? starter.HomeWorkspace;
        var former = idempotencyKey is null ? null : await executions.FindByKeyAsync(workspaceId, idempotencyKey, cancellationToken);
        var (row, isNew) =
            former is not null ? (former, false)
            : request.TemplateId is null ? await InsertUnsavedAsync(request, workspaceId, idempotencyKey, starter, cancellationToken)
            : await InsertAsync(
                request, template ?? throw await UnknownAsync(request, cancellationToken), origin, workspaceId, idempotencyKey, starter,
                null, cancellationToken);
        if (isNew)
            await engine.StartAsync(row);
        else if (row.Status is ExecutionStatus.Pending)
            await engine.StartAsync(row.Id);
        return row;
    }

    private async Task<(ExecutionRow Row, bool IsNew)> InsertAsync(
        StartRequest request,
        TemplateVersion template,
        ExecutionRow? origin,
        string workspaceId,
        string? idempotencyKey,
        Starter starter,
        UnsavedTemplate? unsaved,
        CancellationToken cancellationToken)
    {
        var problems = request.BeginsWithOutputs || starter.MayBeBroken
            ? []
            : (await plans.GetAsync(template.Version, cancellationToken)).Problems;
        IReadOnlyList<Problem> all = [.. StartConfig.Check(request), .. problems];
        if (all.Count > 0)
            throw ApiException.Invalid(all);
        var what = request.BeginsWithOutputs
            ? await givenStart.PrepareAsync(request, template, origin, starter, cancellationToken)
            : new PreparedStart(template.Version, StartConfig.Make(request, template.DefaultParams), null);

        var execution = new NewExecution
        {
            Id = Ids.New("exec"),
            TemplateId = request.TemplateId!,
            TemplateVersion = what.Version,
            WorkspaceId = workspaceId,
            ProjectId = request.ProjectId ?? origin?.ProjectId ?? DefaultIds.Project,
            UserId = request.UserId ?? origin?.UserId ?? DefaultIds.User,
            ConfigJson = what.ConfigJson,
            IdempotencyKey = idempotencyKey,
            CreatedBy = starter.Name,
            Given = what.Given,
            Unsaved = unsaved,
        };
        return await DatabaseProblems.SaveAsync(
            () => executions.StartAsync(execution, cancellationToken),
            ("template_id", execution.TemplateId),
            ("workspace_id", execution.WorkspaceId),
            ("project_id", execution.ProjectId),
            ("user_id", execution.UserId));
    }

    /// <summary>Accepts an execution of a drawing that nobody has saved.</summary>
    private async Task<(ExecutionRow Row, bool IsNew)> InsertUnsavedAsync(
        StartRequest request, string workspaceId, string? idempotencyKey, Starter starter, CancellationToken cancellationToken)
    {
        if (request.Template is not { ValueKind: JsonValueKind.Object } draft || request.FromExecution is not null)
            throw ApiException.Invalid(
                new Problem(
                    "/template_id", "No template is named.",
                    "the id of a template; or, in /template, a draft, and no execution to go on from"));
        var (version, unsaved) = await givenStart.ReadUnsavedAsync(draft, starter, cancellationToken);
        return await InsertAsync(
            request with { TemplateId = Ids.New("tpl") }, new TemplateVersion { Version = version }, null, workspaceId, idempotencyKey,
            starter, unsaved, cancellationToken);
    }

    private async Task<ApiException> UnknownAsync(StartRequest request, CancellationToken cancellationToken) =>
        ApiException.Invalid(
            StartConfig.Version(request) is { } version
            && await templates.FindVersionAsync(request.TemplateId!, null, cancellationToken) is not null
                ? StartConfig.UnknownVersion(request.TemplateId!, version)
                : new Problem(
                    "/template_id", $"There is no template '{request.TemplateId}'.",
                    "the id of a template; GET /api/templates lists them"));
}

/// <summary>Who starts an execution.</summary>
/// <param name="Name">The name under which that is recorded.</param>
/// <param name="HomeWorkspace">The workspace, where nothing else says it.</param>
/// <param name="Scope">What they may do.</param>
internal sealed record Starter(string Name, string HomeWorkspace, AccessScope Scope)
{
    /// <summary>Whether a template that cannot be run is accepted, and fails.</summary>
    public bool MayBeBroken { get; init; }
}

/// <summary>What an execution will run.</summary>
/// <param name="Version">The template version.</param>
/// <param name="ConfigJson">Params and limits, as JSON.</param>
/// <param name="Given">The nodes that it begins with; null for none.</param>
internal sealed record PreparedStart(string Version, string ConfigJson, GivenJobs? Given);

/// <summary>Asks for an execution.</summary>
internal sealed record StartRequest
{
    [Description(
        "The template to run; needed unless template is a draft that has not been saved yet: then it becomes a template of the "
            + "archive")]
    [MinLength(1)]
    public string? TemplateId { get; init; }

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

    [Description("What to run instead of the template as it is saved: a draft of it (nodes, edges, default_params), of which nothing is "
        + "saved; or `same` for the version that from_execution ran. A draft needs the scope admin")]
    public JsonElement? Template { get; init; }

    [Description("Outputs that are taken for those of nodes, by node id, or id#item in a loop: these nodes do not run")]
    public IReadOnlyDictionary<string, JsonElement>? Outputs { get; init; }

    [Description("The branches that nodes took whose outputs are given, by node id")]
    public IReadOnlyDictionary<string, string>? Branches { get; init; }

    [Description("An execution of the template: what it has recorded is given, as far as changes of the template, params and outputs do "
        + "not reach it. Its params and config hold where no others are given")]
    public string? FromExecution { get; init; }

    [Description("Run these nodes and no others; what they read has to be given, or be among them")]
    public IReadOnlyList<string>? Only { get; init; }

    [Description("Why; it is kept in the event that tells what was given")]
    public string? Reason { get; init; }

    /// <summary>Whether it runs something else than a saved template from its beginning to its end.</summary>
    internal bool BeginsWithOutputs =>
        Outputs is not null || Branches is not null || FromExecution is not null || Only is not null
            || Template is { ValueKind: not JsonValueKind.Null };
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

    /// <summary>A start names a version that its template does not have.</summary>
    public static Problem UnknownVersion(string templateId, string version) =>
        new(
            "/config/template_version", $"The template has no version '{version}'.",
            $"one that GET /api/templates/{templateId}/versions lists");

    /// <summary>The version of the template that a start names; null for none.</summary>
    public static string? Version(StartRequest request) =>
        request.Config is { } config && config.TryGetValue("template_version", out var version) && version.ValueKind == JsonValueKind.String
            ? version.GetString()
            : null;

    /// <summary>The config, with the params of the start over others.</summary>
    /// <param name="request">The start.</param>
    /// <param name="defaultParams">The template's default params.</param>
    /// <param name="former">The config of the execution that it goes on from: what is not given is as it was there.</param>
    public static string Make(StartRequest request, JsonElement? defaultParams, JsonElement? former = null)
    {
        var config = former is { ValueKind: JsonValueKind.Object } before ? JsonObject.Create(before)! : [];
        JsonElement? formerParams = config[Params] is { } values ? JsonSerializer.SerializeToElement(values) : null;
        foreach (var (name, value) in request.Config ?? new Dictionary<string, JsonElement>())
            config[name] = JsonSerializer.SerializeToNode(value);
        JsonElement? inConfig = request.Config is { } settings && settings.TryGetValue(Params, out var given) ? given : null;
        config[Params] = ExecutionConfig.MergeParams(
            defaultParams, formerParams, inConfig, JsonSerializer.SerializeToElement(request.Params));
        return config.ToJsonString();
    }
}
